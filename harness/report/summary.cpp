#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "harness/report/merge.hpp"
#include "harness/report/report.hpp"
#include "harness/report/text_columns.hpp"

namespace iiet {
namespace {

using Row = std::vector<std::string>;

std::string shown(double value) {
  if (!std::isfinite(value)) return fmt::format("{}", value);
  return std::abs(value) < 1000 ? fmt::format("{:.4f}", value) : fmt::format("{:.6g}", value);
}

/// The names of a task's metrics, from the first model that has them.
std::vector<std::string> metric_names(const Report& report, const std::string& task) {
  for (const ModelRow& model : report.models)
    if (const ResultRow* r = report.find(model.name, task); r && !r->metrics.empty()) {
      std::vector<std::string> names;
      for (const MetricValue& m : r->metrics) names.push_back(m.name);
      return names;
    }
  return {"-"};
}

Row metric_row(const Report& report, const TaskRow& task, const std::string& name) {
  Row row{task.name + (task.sample_data ? " (sample)" : ""), name};
  double best = NAN;
  for (const ModelRow& model : report.models)
    if (const ResultRow* r = report.find(model.name, task.name))
      if (const MetricValue* m = metric_of(*r, name))
        if (std::isfinite(m->value) &&
            (std::isnan(best) || (m->higher_is_better ? m->value > best : m->value < best)))
          best = m->value;
  for (const ModelRow& model : report.models) {
    const ResultRow* result = report.find(model.name, task.name);
    const MetricValue* m = result ? metric_of(*result, name) : nullptr;
    if (!m) {
      row.push_back(result && !result->error.empty() ? "failed" : "");
      continue;
    }
    std::string cell = shown(m->value);
    if (m->standard_error) cell += " ± " + shown(*m->standard_error);
    if (report.models.size() > 1) cell += m->value == best ? " *" : "  ";
    row.push_back(cell);
  }
  return row;
}

std::vector<Row> cost_rows(const Report& report) {
  std::vector<Row> rows{{"block evaluations per token", ""},
                        {"tokens/s", ""},
                        {"forward pass p50", "ms"},
                        {"peak memory", "MB"}};
  for (const ModelRow& model : report.models) {
    double tokens = 0, seconds = 0, latency = 0;
    std::int64_t memory = 0;
    for (const ResultRow& r : report.results) {
      if (r.model != model.name || !r.error.empty()) continue;
      tokens += static_cast<double>(r.throughput.tokens_fed);
      seconds += r.throughput.wall_s;
      latency = std::max(latency, r.throughput.pass_latency_ms_p50);
      memory = std::max(memory, r.throughput.peak_memory_bytes);
    }
    rows[0].push_back(fmt::format("{}", model.evaluations_per_token));
    rows[1].push_back(seconds > 0 ? fmt::format("{:.0f}", tokens / seconds) : "");
    rows[2].push_back(seconds > 0 ? fmt::format("{:.1f}", latency) : "");
    rows[3].push_back(seconds > 0 ? fmt::format("{:.0f}", static_cast<double>(memory) / 1e6) : "");
  }
  return rows;
}

}  // namespace

std::string summary_table(const Report& report) {
  std::vector<Row> rows{{"task", "metric"}};
  bool samples = false, untrained = false;
  for (const ModelRow& model : report.models) {
    rows.front().push_back(model.name + (model.untrained ? " (untrained)" : ""));
    untrained = untrained || model.untrained;
  }
  for (const TaskRow& task : report.tasks) {
    samples = samples || task.sample_data;
    for (const std::string& name : metric_names(report, task.name))
      rows.push_back(metric_row(report, task, name));
  }
  if (!report.averages.empty()) {
    // A model that failed on one of the tasks has no average that could be compared.
    const auto count =
        static_cast<std::size_t>(std::count_if(report.tasks.begin(), report.tasks.end(),
                                               [](const TaskRow& t) { return !t.accuracy_metric.empty(); }));
    Row row{"average accuracy", fmt::format("of {}", count)};
    for (const ModelRow& model : report.models) {
      const auto found = std::find_if(report.averages.begin(), report.averages.end(),
                                      [&](const AverageRow& a) { return a.model == model.name; });
      const bool whole = found != report.averages.end() && found->tasks.size() == count;
      row.push_back(whole ? shown(found->accuracy) : "");
    }
    rows.push_back(row);
  }
  for (Row& row : cost_rows(report)) rows.push_back(std::move(row));
  std::string text = text_columns(rows, {.left = 2, .heads = 1});
  if (report.models.size() > 1) text += "*: best value of the row\n";
  if (samples) text += "(sample): the few documents that come with the program, not the real data set\n";
  if (untrained) text += "(untrained): random weights; the numbers say nothing about the method\n";
  if (!report.missing.empty()) text += incomplete_note(report) + "\n";
  for (const ResultRow& r : report.results)
    for (const MetricValue& m : r.metrics)
      if (!std::isfinite(m.value))
        text += fmt::format("no finite number, nor is an average with it: {} of {} on {}\n", m.name, r.model,
                            r.task);
  for (const ResultRow& r : report.results)
    if (!r.error.empty()) text += fmt::format("failed: {} on {}: {}\n", r.model, r.task, r.error);
  return text;
}

}  // namespace iiet
