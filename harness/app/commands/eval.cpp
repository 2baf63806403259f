#include "harness/app/command.hpp"
#include "harness/app/model_flags.hpp"
#include "harness/app/progress.hpp"
#include "harness/base/error.hpp"
#include "harness/report/report.hpp"
#include "harness/run/run.hpp"

namespace iiet {
namespace {

/// Shows a run on stderr.
class Terminal : public RunObserver {
 public:
  void note(const std::string& line) override { log_line(line); }
  void failed(const std::string& line) override { complain(line); }
  void work_began(const std::string& title) override { bar_.emplace(title); }
  void work_went_on(std::int64_t done, std::int64_t in_all) override { bar_->update(done, in_all); }
  void work_ended() override { bar_.reset(); }
  bool stop_requested() const override { return iiet::stop_requested(); }

 private:
  std::optional<ProgressBar> bar_;
};

int run_eval(const RunOptions& options) {
  watch_for_interrupts();
  Terminal terminal;
  Run run(options, terminal);
  if (run.was_finished()) {
    log_line("finished already: " + run.path().string());
    print(summary_table(run.report()));
    for (const auto& report : run.publish()) log_line("report: " + report.string());
    return kDone;
  }
  run.execute();
  // The files first, so that a closed output does not cost the report; the table also where they cannot be
  // written.
  std::vector<std::filesystem::path> reports;
  try {
    reports = run.publish();
  } catch (const std::exception&) {
    print(summary_table(run.report()));
    throw;
  }
  print(summary_table(run.report()));
  for (const auto& report : reports) log_line("report: " + report.string());
  if (!run.report().missing.empty()) {
    complain("interrupted; the same command with --resume goes on");
    return kInterrupted;
  }
  return run.has_failures() ? kFailed : kDone;
}

std::function<int()> configure(CLI::App& parser) {
  const auto options = std::make_shared<RunOptions>();
  parser
      .add_option("--models", options->models,
                  "names or folders, comma-separated; NAME:key=value overrides a config field; null: a model "
                  "that costs nothing, to measure the harness itself")
      ->required();
  parser.add_option("--tasks", options->tasks, "names, groups, globs or all, comma-separated")->required();
  parser.add_option("--limit", options->limit, "first N documents of each task, or a fraction below 1");
  parser
      .add_option("--num-fewshot", options->num_fewshot,
                  "solved examples before each document (default: as the task has it, mostly none)")
      ->check(CLI::NonNegativeNumber);
  parser.add_option("--seed", options->seed, "of the few-shot examples")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  parser.add_option("--data", options->data,
                    "folder with the data sets (default: $IIET_DATA, else tasks/data, else samples)");
  parser.add_option("--output", options->output, "report file (.json) or folder (default: results/runs)");
  parser
      .add_option("--resume", options->resume,
                  "go on with the run of this command that was stopped, or with that of a report (.json)")
      ->expected(0, 1);
  parser.add_option("--cache", options->cache,
                    "file with answers that many runs share: asked first, told every answer");
  parser
      .add_option("--format", options->format,
                  "json, or lm-eval for files as lm-evaluation-harness writes them")
      ->check(CLI::IsMember({"json", "lm-eval"}))
      ->capture_default_str();
  parser.add_flag("--log-samples", options->log_samples,
                  "write every document's answers into the run's folder");
  parser.add_flag("--confirm-sample-data", options->confirm_sample_data,
                  "sample documents are meant: no note about them");
  parser
      .add_option("--bootstrap-iters", options->bootstrap_iterations,
                  "resamples for standard errors; 0: none")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  parser.add_flag("--truncate-continuations", options->model.truncates_continuations,
                  "cut a continuation that is longer than the model reads, instead of failing the task");
  parser.add_option("--beam", options->generation.beam, "beams for generated answers; 1: greedy")
      ->check(CLI::Range(1, 4096))
      ->capture_default_str();
  parser.add_option("--length-penalty", options->length_penalty,
                    "A: a beam scores sum / length^A (default: 1)");
  parser
      .add_option("--max-new-tokens", options->generation.max_new_tokens,
                  "tokens of a generated answer at most (default: the task's)")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 30));
  declare_model_flags(parser, options->model);
  return [options] {
    options->command = typed_command();
    return run_eval(*options);
  };
}

}  // namespace

const Command kEvalCommand{"eval", "Evaluates every model on every task; prints a table, writes a report.",
                           configure};

}  // namespace iiet
