#include "harness/run/run.hpp"

#include <algorithm>

#include <fmt/ranges.h>

#include "harness/base/error.hpp"
#include "harness/base/error_message.hpp"
#include "harness/base/files.hpp"
#include "harness/eval/sample_log.hpp"
#include "harness/report/samples.hpp"
#include "harness/run/build_facts.hpp"
#include "harness/run/identity.hpp"
#include "harness/run/kept_answers.hpp"
#include "harness/run/publish.hpp"
#include "models/device.hpp"

namespace iiet {
namespace fs = std::filesystem;
namespace {

/// Tells the observer of the end of work, however it comes.
class Work {
 public:
  Work(RunObserver& observer, const std::string& title) : observer_(observer) { observer.work_began(title); }
  ~Work() { observer_.work_ended(); }
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;

 private:
  RunObserver& observer_;
};

/// Tells a model and its arithmetic from all others. A program that was built anew may round otherwise.
std::string fingerprint_of(const ModelRow& model, const RunOptions& options) {
  static const std::string program = sha256_of_file("/proc/self/exe");
  return Json{{"program", program},
              {"weights", model.weights_sha256},
              {"config", model.config},
              {"dtype", options.model.dtype},
              {"device", parse_device(options.model.device).str()}}
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

RunOptions validated(RunOptions options) {
  options.validate();
  return options;
}

std::vector<std::string> names_of(const std::vector<ModelLocation>& models) {
  std::vector<std::string> names;
  for (const ModelLocation& m : models) names.push_back(m.name);
  return names;
}

}  // namespace

Run::Run(RunOptions options, RunObserver& observer)
    : options_(validated(std::move(options))),
      observer_(observer),
      models_(locate_models(options_.models)),
      documents_(options_.tasks,
                 {data_folder(options_.data), options_.limit, options_.num_fewshot, options_.seed}) {
  report_.context = run_context(options_);
  if (!options_.cache.empty())
    cache_ = std::make_unique<KeptStore>(std::make_unique<AnswerCache>(options_.cache),
                                         [this](const std::string& line) { failed(line); });
  std::vector<std::string> on_samples;
  for (const auto& known : documents_.tasks()) {
    report_.tasks.push_back(task_row(known, options_));
    if (known.data.is_sample_data) on_samples.push_back(known.data.task->name);
  }
  open_folder();
  if (!on_samples.empty() && !options_.confirm_sample_data)
    note(fmt::format("note: no data for {}: using the sample documents (--data DIR names real data)",
                     fmt::join(on_samples, ", ")));
}

Run::~Run() {
  if (has_work_ || was_finished_) return;
  log_.reset();
  answers_.reset();
  std::error_code ignored;
  folder_.clear();
  fs::remove(folder_.state(), ignored);
  state_.reset();  // from here on another process may have the folder
  if (made_folder_) fs::remove(folder_.path(), ignored);
}

void Run::open_folder() {
  const RunOutput output(options_.output);
  const Json identity = identity_of(options_, report_, models_, documents_);
  std::optional<RunFolder> earlier;
  if (options_.resume && !options_.resume->empty()) {
    earlier = RunFolder{*options_.resume};
    require(read_beginning(earlier->state()).has_value(), "--resume {}: no run of this name was begun",
            *options_.resume);
  } else if (options_.resume) {
    earlier = output.find(options_.command);
  }
  if (earlier) {
    folder_ = *earlier;
    return take_up(identity);
  }
  // Looked at before anything is made.
  const fs::path report = output.report.value_or(output.folder / "r.json");
  require_writable(report);
  if (output.report) require_writable(RunFolder{report}.state());
  const fs::path named = RunFolder{report}.path();
  if (options_.log_samples && output.report)
    for (const ModelLocation& model : models_)
      for (const auto& known : documents_.tasks())
        require_writable(samples_file(report, model.name, known.data.task->name));
  made_folder_ = !output.report || !fs::exists(named);
  folder_ = output.make(names_of(models_));
  begin_anew(identity);
}

void Run::begin_anew(const Json& identity) {
  state_ = std::make_unique<RunState>(folder_.state());
  const bool loses_work =
      state_->begun() && !state_->finished() && (state_->has_results() || fs::exists(folder_.answers()));
  require(!loses_work,
          "{}: an unfinished run of this name lies there: take it up with --resume, or remove {}",
          folder_.report.string(), folder_.path().string());
  if (state_->begun()) folder_.clear();
  log_ = std::make_unique<RunLog>(folder_.log());
  keep([&] { state_->begin(identity, report_); });
  tell(fmt::format("iiet-eval {} ({}): {}", kBuildFacts.version,
                   kBuildFacts.commit ? kBuildFacts.commit : "no commit", fmt::join(options_.command, " ")));
}

void Run::take_up(const Json& identity) {
  has_work_ = true;
  state_ = std::make_unique<RunState>(folder_.state());
  if (const auto difference = first_difference(state_->identity(), identity))
    throw InputError(
        fmt::format("{}: this run cannot be taken up: {}", folder_.report.string(), *difference));
  report_ = state_->report();
  earlier_s_ = state_->elapsed_s();
  was_finished_ = state_->finished() && !has_failures();
  if (was_finished_) {
    state_.reset();
    return complete_report();
  }
  // What failed is tried again.
  std::erase_if(report_.results, [](const ResultRow& row) { return !row.error.empty(); });
  std::erase_if(report_.models, [](const ModelRow& row) { return row.config.is_null(); });
  check_models();
  log_ = std::make_unique<RunLog>(folder_.log());
  remove_leftovers(files_being_written());
  note(fmt::format("taking up {}: {} of {} results are there", folder_.report.string(),
                   report_.results.size(), models_.size() * report_.tasks.size()));
}

/// All that is written anew, whole or not at all.
std::vector<fs::path> Run::files_being_written() const {
  std::vector<fs::path> files{folder_.report};
  for (const ModelLocation& model : models_) {
    files.push_back(report_of_model(folder_.report, model.name));
    for (const TaskRow& task : report_.tasks)
      files.push_back(samples_file(folder_.report, model.name, task.name));
  }
  return files;
}

/// Models that were loaded before must be what they were.
void Run::check_models() const {
  for (const ModelLocation& location : models_) {
    const ModelRow* known = report_.find_model(location.name);
    if (!known) continue;
    const LoadedModel folder = iiet::open_folder(location, options_.model);
    const auto same = [&](const char* what, const std::string& was, const std::string& is) {
      require(was == is, "{}: this run cannot be taken up: model {}: {} was {}, is {}",
              folder_.report.string(), location.name, what, was, is);
    };
    same("weights_sha256", known->weights_sha256, weights_sha256(location));
    same("tokenizer_sha256", known->tokenizer_sha256,
         folder.tokenizer ? folder.tokenizer->fingerprint() : "");
    same("max_length", std::to_string(known->max_length), std::to_string(folder.max_length));
    if (const auto difference = first_difference(known->config, to_json(folder.config)))
      throw InputError(fmt::format("{}: this run cannot be taken up: model {}: config.{}",
                                   folder_.report.string(), location.name, *difference));
  }
}

void Run::execute() {
  if (was_finished_) return;
  try {
    for (const ModelLocation& location : models_) evaluate_model(location);
  } catch (const Interrupted&) {
    if (!has_work_) throw;
    tell("interrupted");
  }
  complete_report();
}

void Run::evaluate_model(const ModelLocation& location) {
  const auto is_done = [&](const TaskRow& task) { return report_.find(location.name, task.name) != nullptr; };
  if (std::all_of(report_.tasks.begin(), report_.tasks.end(), is_done)) return;
  try {
    evaluate_loaded(load(location, options_.model));
  } catch (const Interrupted&) {
    throw;
  } catch (const std::exception& error) {
    // Among several models one that cannot be loaded fails alone.
    if (models_.size() == 1 || report_.find_model(location.name)) throw;
    fail_model(location, message_of(error));
  }
}

void Run::fail_model(const ModelLocation& location, const std::string& why) {
  Report part;
  part.models.push_back(model_row(location));
  for (const TaskRow& task : report_.tasks)
    part.results.push_back({location.name, task.name, why, {}, {}, 0});
  add(part);
  failed(fmt::format("failed: {}: {}", location.name, why));
}

void Run::evaluate_loaded(const LoadedModel& loaded) {
  for (const std::string& text : loaded.model->config().notes) note("note: " + text);
  loaded.tokenization(options_.model);
  if (!report_.find_model(loaded.location.name)) add({.models = {model_row(loaded)}});
  for (std::size_t i = 0; i < report_.tasks.size(); ++i) {
    const std::string task = report_.tasks[i].name;
    if (report_.find(loaded.location.name, task)) continue;
    try {
      evaluate_one(loaded, i);
    } catch (const Interrupted&) {
      throw;
    } catch (const OtherWorkError&) {  // of the whole run, not of the task
      throw;
    } catch (const std::exception& error) {  // this task fails alone; the report says why
      const std::string why = message_of(error);
      add({.results = {{loaded.location.name, task, why, {}, {}, 0}}});
      failed(fmt::format("failed: {} on {}: {}", loaded.location.name, task, why));
    }
  }
}

void Run::evaluate_one(const LoadedModel& loaded, std::size_t task) {
  if (observer_.stop_requested()) throw Interrupted();
  const std::string name = report_.tasks[task].name, title = loaded.location.name + " on " + name;
  const auto data = documents_.read(task);
  ExecutorOptions executor_options = options_.executor_options();
  executor_options.model_fingerprint = fingerprint_of(*report_.find_model(loaded.location.name), options_);
  const Executor executor(*loaded.model, loaded.tokenization(options_.model), executor_options);
  tell(title + ": begins");
  const Work work(observer_, title);
  reset_peak_memory(loaded.model->device());
  const std::unique_ptr<Journal> journal = journal_of(title);
  const auto evaluated =
      evaluate_task(executor, *data, {options_.bootstrap_iterations, options_.model.thread_count()},
                    {.progress =
                         [&](auto done, auto in_all) {
                           has_work_ = has_work_ || done > 0;
                           if (observer_.stop_requested()) throw Interrupted();
                           observer_.work_went_on(done, in_all);
                         },
                     .journal = journal.get(),
                     .store = cache_.get()});
  if (options_.log_samples)
    keep([&] {
      AtomicFile file(samples_file(folder_.report, loaded.location.name, name));
      for_each_sample_line(*data, evaluated, generation_arguments(report_.context),
                           [&](const std::string& line) { file.write(line); });
      file.commit();
    });
  add({.results = {result_row(evaluated, loaded, *data)}});
  tell(fmt::format("{}: done in {:.1f} s", title, evaluated.wall_s));
}

std::unique_ptr<Journal> Run::journal_of(const std::string& work) {
  std::unique_ptr<Journal> journal;
  keep([&] {
    if (!answers_) answers_ = std::make_unique<JournalFile>(folder_.answers());
    journal = std::make_unique<KeptJournal>(answers_->part(work),
                                            [this](const std::function<void()>& write) { keep(write); });
  });
  return journal;
}

void Run::add(const Report& part) {
  report_.models.insert(report_.models.end(), part.models.begin(), part.models.end());
  report_.results.insert(report_.results.end(), part.results.begin(), part.results.end());
  has_work_ = has_work_ || !part.results.empty();
  keep([&] { state_->add(part, elapsed_s()); });
}

void Run::complete_report() {
  std::vector<ModelRow> models;
  std::vector<ResultRow> results;
  report_.missing.clear();
  for (const ModelLocation& model : models_) {
    if (const ModelRow* row = report_.find_model(model.name)) models.push_back(*row);
    for (const TaskRow& task : report_.tasks) {
      if (const ResultRow* row = report_.find(model.name, task.name))
        results.push_back(*row);
      else
        report_.missing.push_back({model.name, task.name});
    }
  }
  report_.models = std::move(models);
  report_.results = std::move(results);  // in order also where some were tried again
  report_.averages = averages_of(report_);
  report_.context["duration_s"] = elapsed_s();
}

std::vector<fs::path> Run::publish() {
  const bool is_complete = report_.missing.empty() && lost_.empty();
  const auto is_tried_again = [&](const ResultRow& row) {
    const ModelRow* model = report_.find_model(row.model);
    return !row.error.empty() && model && !model->config.is_null();  // a model that was loaded has answers
  };
  // All results are in the state; without the journal a full disk has room for the report.
  if (is_complete && !was_finished_ &&
      std::none_of(report_.results.begin(), report_.results.end(), is_tried_again)) {
    answers_.reset();
    folder_.remove_answers();
  }
  std::vector<fs::path> paths;
  for (const auto& [path, content] : report_files(report_, options_.format, folder_.report)) {
    if (was_finished_ && fs::exists(path)) continue;
    write_file_atomically(path, content);
    paths.push_back(path);
  }
  if (!lost_.empty()) throw Error(lost_);
  if (was_finished_) return paths;
  if (is_complete) state_->finish();
  for (const fs::path& path : paths) tell("report: " + path.string());
  state_.reset();  // another process may have the folder now
  return paths;
}

double Run::elapsed_s() const {
  return earlier_s_ + std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

void Run::tell(const std::string& line) {
  keep([&] { log_->add(line); });
}

void Run::note(const std::string& line) {
  tell(line);
  observer_.note(line);
}

void Run::failed(const std::string& line) {
  tell(line);
  observer_.failed(line);
}

void Run::keep(const std::function<void()>& write) {
  if (!lost_.empty()) return;
  try {
    write();
  } catch (const Error& error) {
    lost_ = error.what();
    observer_.failed(fmt::format("{}; this run can no longer be taken up", lost_));
  }
}

bool Run::has_failures() const {
  return std::any_of(report_.results.begin(), report_.results.end(),
                     [](const ResultRow& r) { return !r.error.empty(); });
}

}  // namespace iiet
