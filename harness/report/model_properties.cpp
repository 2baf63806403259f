#include "harness/report/model_properties.hpp"

#include <algorithm>
#include <array>

#include "harness/base/error.hpp"

namespace iiet {
namespace {

using Value = std::optional<double>;
using Names = std::vector<std::string>;

/// The results of a model that went well.
std::vector<const ResultRow*> good_results(const MergedReport& report, const ModelRow& model) {
  std::vector<const ResultRow*> good;
  for (const MergedResult& r : report.results)
    if (r.result.model == model.name && r.result.error.empty()) good.push_back(&r.result);
  return good;
}

/// Of the model itself; a model that could not be loaded has none.
template <auto member>
Value of_model(const MergedReport&, const ModelRow& model) {
  if (model.parameters == 0) return std::nullopt;
  return static_cast<double>(model.*member);
}

/// The largest of the model's tasks.
template <auto member>
Value largest(const MergedReport& report, const ModelRow& model) {
  Value value;
  for (const ResultRow* r : good_results(report, model))
    value = std::max(value.value_or(0), static_cast<double>(r->throughput.*member));
  return value;
}

Value tokens_per_s(const MergedReport& report, const ModelRow& model) {
  double tokens = 0, seconds = 0;
  for (const ResultRow* r : good_results(report, model)) {
    tokens += static_cast<double>(r->throughput.tokens_fed);
    seconds += r->throughput.wall_s;
  }
  if (seconds <= 0) return std::nullopt;
  return tokens / seconds;
}

/// Only over all tasks: means over other tasks cannot be compared.
Value average_accuracy(const MergedReport& report, const ModelRow& model) {
  const auto tasks = accuracy_tasks(report);
  double sum = 0;
  for (const std::string& task : tasks) {
    const MergedResult* r = report.find(model.name, task);
    const MetricValue* accuracy = r ? metric_of(r->result, r->task.accuracy_metric) : nullptr;
    if (!accuracy) return std::nullopt;
    sum += accuracy->value;
  }
  if (tasks.empty()) return std::nullopt;
  return sum / static_cast<double>(tasks.size());
}

Names all_tasks(const MergedReport& report) { return report.tasks; }

constexpr Better kHigher = Better::kHigher, kLower = Better::kLower, kNeither = Better::kNeither;

const std::array<ModelProperty, 8> kProperties{{
    {.name = "average_accuracy",
     .label = "average accuracy",
     .better = kHigher,
     .is_share = true,
     .of = average_accuracy,
     .tasks = accuracy_tasks},
    {"parameters", "parameters", kNeither, true, false, of_model<&ModelRow::parameters>},
    {"evaluations_per_token", "evaluations/token", kLower, false, false,
     of_model<&ModelRow::evaluations_per_token>},
    {"flops_per_token", "FLOPs/token", kLower, true, false, of_model<&ModelRow::flops_per_token>},
    {"kv_bytes_per_token", "cache bytes/token", kLower, true, false, of_model<&ModelRow::kv_bytes_per_token>},
    {"tokens_per_s", "tokens/s", kHigher, true, false, tokens_per_s, all_tasks},
    {"pass_latency_ms", "forward pass (ms)", kLower, false, false, largest<&Throughput::pass_latency_ms_p50>,
     all_tasks},
    {"peak_memory_bytes", "peak memory (bytes)", kLower, true, false, largest<&Throughput::peak_memory_bytes>,
     all_tasks},
}};

}  // namespace

std::span<const ModelProperty> model_properties() { return kProperties; }

const ModelProperty& model_property(const std::string& name, const std::string& where) {
  Names known;
  for (const ModelProperty& p : kProperties) {
    if (p.name == name) return p;
    known.push_back(p.name);
  }
  throw InputError(where + ": " + unknown_name("property of a model", name, known));
}

std::vector<std::string> accuracy_tasks(const MergedReport& report) {
  std::vector<std::string> tasks;
  for (const std::string& task : report.tasks) {
    const auto results = report.on_task(task);
    if (std::any_of(results.begin(), results.end(),
                    [](const MergedResult* r) { return !r->task.accuracy_metric.empty(); }))
      tasks.push_back(task);
  }
  return tasks;
}

}  // namespace iiet
