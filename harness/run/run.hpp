#pragma once

#include <chrono>

#include "harness/eval/documents.hpp"
#include "harness/run/observer.hpp"
#include "harness/run/publish.hpp"
#include "harness/run/rows.hpp"

namespace iiet {

/// One evaluation: every model on every task, then a report.
class Run {
 public:
  /// Finds models, reads all documents, looks whether the output can be written: mistakes cost no work.
  /// Throws InputError. The observer must outlive the run.
  Run(RunOptions options, RunObserver& observer);

  /// Answers all requests. A task fails alone, and so does one of several models that cannot be loaded; a
  /// single one throws. Throws Interrupted where the observer asks to stop.
  void execute();

  /// Writes reports and samples files, each whole or not at all. Returns where the reports lie.
  std::vector<std::filesystem::path> publish();

  const Report& report() const { return report_; }
  bool has_failures() const;

 private:
  void read_documents();
  void evaluate_model(const ModelLocation& location);
  ResultRow evaluate_one(const LoadedModel& loaded, const TaskData& data);
  void fail(const ModelLocation& location, const TaskData& data, const std::string& why);

  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  RunOptions options_;
  RunObserver& observer_;
  std::vector<ModelLocation> models_;
  std::vector<TaskData> tasks_;
  std::filesystem::path path_;  // of the report
  Report report_;
  std::vector<FileContent> samples_;
};

}  // namespace iiet
