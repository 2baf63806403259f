#pragma once

#include <span>
#include <string>
#include <vector>

#include "harness/report/report.hpp"

namespace iiet {

/// A report and where it came from, for messages.
struct NamedReport {
  std::string name;
  Report report;
};

/// One model on one task, of the latest run that has it.
struct MergedResult {
  ResultRow result;
  TaskRow task;
  std::string started;                // of its run, UTC
  std::vector<std::string> replaced;  // starts of the runs whose result it replaces
};

/// Several reports as one: of results of the same model and task the one of the later run (`context.started`,
/// then the later argument) stands, also where it failed.
struct MergedReport {
  std::vector<ModelRow> models;    // of their latest run, in order of first appearance
  std::vector<std::string> tasks;  // in order of first appearance
  std::vector<MergedResult> results;
  std::vector<std::string> notes;  // what the reports do not have in common

  const MergedResult* find(const std::string& model, const std::string& task) const;
  const ModelRow* find_model(const std::string& name) const;
  /// All results on a task, in order of the models.
  std::vector<const MergedResult*> on_task(const std::string& task) const;
};

MergedReport merge(std::vector<NamedReport> reports);

/// The metric of that name, or nothing.
const MetricValue* metric_of(const ResultRow& result, const std::string& name);

}  // namespace iiet
