#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/report/merge.hpp"

namespace iiet {

/// A column that is asked for; what is absent has a default that depends on the metric.
struct ColumnRequest {
  std::string task;         // empty: a property of the model
  std::string metric;       // of the task, or a name of model_properties()
  std::string relative_to;  // variant or name of the model whose value is 1
  std::optional<std::string> label, unit;
  std::optional<int> precision;
  std::optional<double> scale;
};

struct RowRequest {
  std::string model;
  std::optional<std::string> label;
};

/// Which rows and columns a table has.
struct Layout {
  std::string caption;
  bool with_standard_errors = true;
  std::vector<RowRequest> rows;  // empty: all models
  std::vector<ColumnRequest> columns;
};

/// The names of the ready-made layouts.
std::span<const std::string> preset_names();

/// A ready-made layout for what the reports hold; throws InputError where they hold nothing for it.
Layout preset_layout(const std::string& name, const MergedReport& report);

/// A layout file (results/README.md); throws InputError where it is malformed or names models, tasks or
/// metrics that the reports do not have.
Layout read_layout(const std::filesystem::path& path, const MergedReport& report);

}  // namespace iiet
