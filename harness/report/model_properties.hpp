#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/report/merge.hpp"
#include "harness/report/table.hpp"

namespace iiet {

/// A number about a model as a whole.
struct ModelProperty {
  std::string name, label;
  Better better = Better::kNeither;
  bool is_count_of_units = false;  // shown with k, M or G where it is large
  bool is_share = false;           // 0 to 1, shown in percent
  std::optional<double> (*of)(const MergedReport& report, const ModelRow& model) = nullptr;
  std::vector<std::string> (*tasks)(const MergedReport& report) =
      nullptr;  // that it was measured on; null: on none
};

/// average_accuracy, parameters, evaluations_per_token, flops_per_token, kv_bytes_per_token, tokens_per_s,
/// pass_latency_ms, peak_memory_bytes. Speed is over all tasks of the model; latency (median of a forward
/// pass) and memory are those of the task with the most.
std::span<const ModelProperty> model_properties();

/// The property of that name; throws InputError with a suggestion.
const ModelProperty& model_property(const std::string& name, const std::string& where);

/// The tasks of the reports that have an accuracy: what an average is over.
std::vector<std::string> accuracy_tasks(const MergedReport& report);

}  // namespace iiet
