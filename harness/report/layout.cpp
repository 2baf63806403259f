#include "harness/report/layout.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "harness/base/json_fields.hpp"
#include "harness/metric/result_name.hpp"
#include "harness/report/model_properties.hpp"

namespace iiet {
namespace {

using Names = std::vector<std::string>;

/// All metrics that some model has on a task, in order of first appearance.
Names metrics_on(const MergedReport& report, const std::string& task) {
  Names names;
  for (const MergedResult* r : report.on_task(task))
    for (const MetricValue& m : r->result.metrics)
      if (std::find(names.begin(), names.end(), m.name) == names.end()) names.push_back(m.name);
  return names;
}

bool has(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

ColumnRequest column(const std::string& task, const std::string& metric) {
  ColumnRequest request;
  request.task = task;
  request.metric = metric;
  return request;
}

/// The first of the metrics that is a perplexity; "" where none is.
std::string first_perplexity(const Names& metrics) {
  const auto found = std::find_if(metrics.begin(), metrics.end(), [](const std::string& name) {
    const Metric* metric = metric_of_result(name);
    return metric && metric->unit == Unit::kPerplexity;
  });
  return found == metrics.end() ? "" : *found;
}

/// Accuracies, their average, then perplexities and what else a task is measured by.
Layout main_layout(const MergedReport& report) {
  Layout layout{.caption = "Results by task", .rows = {}, .columns = {}};
  const Names with_accuracy = accuracy_tasks(report);
  for (const std::string& task : with_accuracy)
    layout.columns.push_back(column(task, report.on_task(task).front()->task.accuracy_metric));
  if (!with_accuracy.empty()) layout.columns.push_back(column("", "average_accuracy"));
  for (const std::string& task : report.tasks) {
    const Names metrics = metrics_on(report, task);
    if (const std::string perplexity = first_perplexity(metrics); !perplexity.empty())
      layout.columns.push_back(column(task, perplexity));
    else if (!has(with_accuracy, task) && !metrics.empty())
      layout.columns.push_back(column(task, metrics.front()));
  }
  require(!layout.columns.empty(), "--preset main: the reports hold no result");
  return layout;
}

Layout efficiency_layout(const MergedReport& report) {
  Layout layout{.caption = "Cost", .rows = {}, .columns = {}};
  for (const char* name : {"evaluations_per_token", "flops_per_token", "parameters", "tokens_per_s",
                           "pass_latency_ms", "peak_memory_bytes"})
    layout.columns.push_back(column("", name));
  for (const char* variant : {"transformer", "pcformer"}) {
    const bool there = std::any_of(report.models.begin(), report.models.end(),
                                   [&](const ModelRow& m) { return m.variant == variant; });
    if (!there) continue;
    for (const char* name : {"flops_per_token", "tokens_per_s", "pass_latency_ms", "peak_memory_bytes"}) {
      layout.columns.push_back(column("", name));
      layout.columns.back().relative_to = variant;
    }
  }
  return layout;
}

Layout metrics_layout(const MergedReport& report, const std::string& preset, const Names& metrics) {
  Layout layout{
      .caption = preset == "translation" ? "Translation" : "Summarisation", .rows = {}, .columns = {}};
  for (const std::string& task : report.tasks)
    for (const std::string& metric : metrics)
      for (const std::string& result : metrics_on(report, task))
        if (ResultName::parse(result).metric == metric) layout.columns.push_back(column(task, result));
  require(!layout.columns.empty(), "--preset {}: no task of the reports has {}", preset,
          fmt::join(metrics, ", "));
  return layout;
}

Names model_names(const MergedReport& report) {
  Names names;
  for (const ModelRow& m : report.models) names.push_back(m.name);
  return names;
}

std::string known_model(const std::string& name, const std::string& where, const MergedReport& report) {
  const Names known = model_names(report);
  if (!has(known, name)) throw InputError(where + ": " + unknown_name("model", name, known));
  return name;
}

RowRequest read_row(const Json& json, const std::string& file, const std::string& path,
                    const MergedReport& report) {
  const std::string where = file + ": " + path;
  if (json.is_string()) return {known_model(json.get<std::string>(), where, report), {}};
  StrictObject row(json, file, path);
  RowRequest request;
  request.model = known_model(row.get<std::string>("name"), row.path_of("name"), report);
  request.label = row.find<std::string>("label");
  row.require_no_others();
  return request;
}

void check_relative_to(const std::string& name, const std::string& where, const MergedReport& report) {
  Names known = model_names(report);
  for (const ModelRow& m : report.models) known.push_back(m.variant);
  if (!has(known, name)) throw InputError(where + ": " + unknown_name("model or variant", name, known));
}

ColumnRequest read_column(StrictObject json, const MergedReport& report) {
  ColumnRequest column;
  column.task = json.find<std::string>("task").value_or("");
  column.metric = json.get<std::string>("metric");
  column.relative_to = json.find<std::string>("relative_to").value_or("");
  column.label = json.find<std::string>("label");
  column.unit = json.find<std::string>("unit");
  column.scale = json.find<double>("scale");
  const auto precision = json.find<std::int64_t>("precision");
  json.require_no_others();
  require(!precision || (*precision >= 0 && *precision <= 17), "{}: 0 to 17 decimals, got {}",
          json.path_of("precision"), precision.value_or(0));
  if (precision) column.precision = static_cast<int>(*precision);
  if (column.task.empty()) {
    model_property(column.metric, json.path_of("metric"));
  } else {
    if (!has(report.tasks, column.task))
      throw InputError(json.path_of("task") + ": " + unknown_name("task", column.task, report.tasks));
    const Names metrics = metrics_on(report, column.task);
    if (!metrics.empty() && !has(metrics, column.metric))
      throw InputError(json.path_of("metric") + ": " + unknown_name("metric", column.metric, metrics));
  }
  if (!column.relative_to.empty()) check_relative_to(column.relative_to, json.path_of("relative_to"), report);
  return column;
}

}  // namespace

std::span<const std::string> preset_names() {
  static const std::array<std::string, 4> names{"main", "efficiency", "translation", "summarization"};
  return names;
}

Layout preset_layout(const std::string& name, const MergedReport& report) {
  if (name == "main") return main_layout(report);
  if (name == "efficiency") return efficiency_layout(report);
  if (name == "translation") return metrics_layout(report, name, {"bleu", "chrf", "ter"});
  if (name == "summarization")
    return metrics_layout(report, name, {"rouge1", "rouge2", "rougeL", "rougeLsum"});
  throw InputError("--preset: " + unknown_name("preset", name, preset_names()));
}

Layout read_layout(const std::filesystem::path& path, const MergedReport& report) {
  const Json json = read_json(path);
  StrictObject top(json, path.string());
  Layout layout;
  layout.caption = top.find<std::string>("caption").value_or("");
  layout.with_standard_errors = top.find<bool>("standard_errors").value_or(true);
  const auto rows = top.find<std::vector<Json>>("models").value_or(std::vector<Json>());
  for (std::size_t i = 0; i < rows.size(); ++i)
    layout.rows.push_back(read_row(rows[i], path.string(), fmt::format("models[{}]", i), report));
  top.for_each("columns", [&](StrictObject column) {
    layout.columns.push_back(read_column(std::move(column), report));
  });
  top.require_no_others();
  require(!layout.columns.empty(), "{}: at least one column, got none", top.path_of("columns"));
  return layout;
}

}  // namespace iiet
