#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "harness/eval/answer_files.hpp"
#include "harness/run/documents.hpp"
#include "harness/run/folder.hpp"
#include "harness/run/log.hpp"
#include "harness/run/observer.hpp"
#include "harness/run/rows.hpp"
#include "harness/run/state.hpp"

namespace iiet {

/// One evaluation: every model on every task, in a folder of its own, then a report. What is finished is kept
/// as it comes: a run that ended before its end, however, is taken up by another Run of the same options with
/// `resume`, and its report is that of an uninterrupted one but for times and memory.
class Run {
 public:
  /// Finds models, reads all documents, makes the folder or takes up what lies there: mistakes cost no work.
  /// Throws InputError, also where a run to be taken up is another one. The observer must outlive the run.
  Run(RunOptions options, RunObserver& observer);
  /// Leaves nothing behind of a run that has not done anything.
  ~Run();
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  /// Whether the run that was taken up has nothing left to do, also nothing that failed.
  bool was_finished() const { return was_finished_; }

  /// Answers all requests that are not answered yet. A task fails alone, and so does one of several models
  /// that cannot be loaded; a single one throws. Where the observer asks to stop, it ends early, and the
  /// report says what is missing; Interrupted is thrown if there is nothing to tell.
  void execute();

  /// Writes the report files, each whole or not at all, and returns where they lie. Throws Error also where
  /// something could not be written on the way. Of a run that was finished, only files that are gone.
  std::vector<std::filesystem::path> publish();

  const Report& report() const { return report_; }
  const std::filesystem::path& path() const { return folder_.report; }
  bool has_failures() const;

 private:
  void open_folder();
  void begin_anew(const Json& identity);
  void take_up(const Json& identity);
  void check_models() const;
  std::vector<std::filesystem::path> files_being_written() const;
  void evaluate_model(const ModelLocation& location);
  void evaluate_loaded(const LoadedModel& loaded);
  void evaluate_one(const LoadedModel& loaded, std::size_t task);
  std::unique_ptr<Journal> journal_of(const std::string& work);
  void fail_model(const ModelLocation& location, const std::string& why);
  void add(const Report& part);
  void complete_report();
  double elapsed_s() const;
  void tell(const std::string& line);  // the log alone
  void note(const std::string& line);
  void failed(const std::string& line);
  /// Writes to the folder. What cannot be written costs no work: it is told once, the run goes on without.
  void keep(const std::function<void()>& write);

  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  RunOptions options_;
  RunObserver& observer_;
  std::vector<ModelLocation> models_;
  RunDocuments documents_;
  RunFolder folder_;
  std::unique_ptr<RunState> state_;
  std::unique_ptr<RunLog> log_;
  std::unique_ptr<JournalFile> answers_;
  std::unique_ptr<AnswerStore> cache_;  // null: none
  Report report_;
  double earlier_s_ = 0;      // of earlier starts
  bool made_folder_ = false;  // by this start
  bool has_work_ = false;     // something was answered, now or before
  bool was_finished_ = false;
  std::string lost_;  // why something could not be written
};

}  // namespace iiet
