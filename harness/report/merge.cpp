#include "harness/report/merge.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace iiet {
namespace {

std::string started(const NamedReport& report) { return report.report.context.value("started", ""); }

void add_model(MergedReport& merged, const ModelRow& model) {
  const auto known = std::find_if(merged.models.begin(), merged.models.end(),
                                  [&](const ModelRow& m) { return m.name == model.name; });
  if (known == merged.models.end()) {
    merged.models.push_back(model);
    return;
  }
  // A model that could not be loaded has no hash, and nothing to say about the one that could.
  if (model.weights_sha256.empty()) return;
  if (!known->weights_sha256.empty() &&
      (known->weights_sha256 != model.weights_sha256 || known->config != model.config))
    merged.notes.push_back(fmt::format(
        "{}: the reports hold two models of this name (other weights or configuration)", model.name));
  *known = model;
}

void add_result(MergedReport& merged, MergedResult added) {
  const auto known = std::find_if(merged.results.begin(), merged.results.end(), [&](const MergedResult& r) {
    return r.result.model == added.result.model && r.result.task == added.result.task;
  });
  if (known == merged.results.end()) {
    merged.results.push_back(std::move(added));
    return;
  }
  added.replaced = known->replaced;
  added.replaced.push_back(known->started);
  *known = std::move(added);
}

/// Speed and, in the last digits, scores depend on these.
void note_differences(MergedReport& merged, const std::vector<NamedReport>& reports) {
  for (const char* key : {"dtype", "device", "cuda", "cpu", "threads", "seed"}) {
    std::vector<std::string> values;
    for (const NamedReport& r : reports) {
      const Json value = r.report.context.value(key, Json(nullptr));
      const std::string shown = value.is_string() ? value.get<std::string>() : value.dump();
      if (std::find(values.begin(), values.end(), shown) == values.end()) values.push_back(shown);
    }
    if (values.size() > 1)
      merged.notes.push_back(fmt::format("the reports differ in {}: {}", key, fmt::join(values, "; ")));
  }
}

}  // namespace

const MergedResult* MergedReport::find(const std::string& model, const std::string& task) const {
  for (const MergedResult& r : results)
    if (r.result.model == model && r.result.task == task) return &r;
  return nullptr;
}

const ModelRow* MergedReport::find_model(const std::string& name) const {
  for (const ModelRow& m : models)
    if (m.name == name) return &m;
  return nullptr;
}

std::vector<const MergedResult*> MergedReport::on_task(const std::string& task) const {
  std::vector<const MergedResult*> found;
  for (const ModelRow& model : models)
    if (const MergedResult* r = find(model.name, task)) found.push_back(r);
  return found;
}

MergedReport merge(std::vector<NamedReport> reports) {
  MergedReport merged;
  std::vector<std::string> models;  // rows and columns stand in the order of the arguments
  for (const NamedReport& r : reports) {
    for (const ModelRow& model : r.report.models) models.push_back(model.name);
    for (const TaskRow& task : r.report.tasks)
      if (std::find(merged.tasks.begin(), merged.tasks.end(), task.name) == merged.tasks.end())
        merged.tasks.push_back(task.name);
  }
  note_differences(merged, reports);
  for (const NamedReport& r : reports)
    if (!r.report.missing.empty()) merged.notes.push_back(r.name + " is " + incomplete_note(r.report));
  std::stable_sort(reports.begin(), reports.end(),
                   [](const NamedReport& a, const NamedReport& b) { return started(a) < started(b); });
  for (const NamedReport& r : reports) {
    for (const ModelRow& model : r.report.models) add_model(merged, model);
    for (const ResultRow& result : r.report.results) {
      const auto task = std::find_if(r.report.tasks.begin(), r.report.tasks.end(),
                                     [&](const TaskRow& t) { return t.name == result.task; });
      if (task != r.report.tasks.end()) add_result(merged, {result, *task, started(r), {}});
    }
  }
  const auto place = [&](const ModelRow& m) { return std::find(models.begin(), models.end(), m.name); };
  std::stable_sort(merged.models.begin(), merged.models.end(),
                   [&](const ModelRow& a, const ModelRow& b) { return place(a) < place(b); });
  return merged;
}

const MetricValue* metric_of(const ResultRow& result, const std::string& name) {
  for (const MetricValue& m : result.metrics)
    if (m.name == name) return &m;
  return nullptr;
}

}  // namespace iiet
