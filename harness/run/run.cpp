#include "harness/run/run.hpp"

#include <algorithm>

#include "harness/base/error.hpp"
#include "harness/base/error_message.hpp"
#include "harness/base/files.hpp"
#include "harness/eval/sample_log.hpp"
#include "harness/report/samples.hpp"
#include "models/device.hpp"

namespace iiet {
namespace fs = std::filesystem;
namespace {

fs::path report_path(const std::string& output, const std::vector<ModelLocation>& models) {
  std::string names;
  for (const ModelLocation& m : models) names += "_" + for_file_name(m.name);
  const std::string file = utc_time_for_files() + names.substr(0, 100) + ".json";
  if (output.empty()) return project_root() / "results" / "runs" / file;
  const fs::path path = output;
  return path.extension() == ".json" && !fs::is_directory(path) ? path : path / file;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// A comma list; commas inside of brackets belong to a value, as in `iiet:iterations=[1,2]`.
std::vector<std::string> model_specs(const std::string& list) {
  std::vector<std::string> specs(1);
  int depth = 0;
  for (const char c : list) {
    depth += c == '[' ? 1 : c == ']' ? -1 : 0;
    if (c == ',' && depth == 0)
      specs.emplace_back();
    else
      specs.back() += c;
  }
  return specs;
}

std::vector<ModelLocation> locate_models(const std::string& list) {
  std::vector<ModelLocation> models;
  for (const std::string& spec : model_specs(list)) {
    const ModelLocation found = locate_model(spec);
    for (const ModelLocation& other : models)
      require(other.name != found.name, "--models: '{}' is named twice", found.name);
    models.push_back(found);
  }
  return models;
}

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

}  // namespace

Run::Run(RunOptions options, RunObserver& observer) : options_(std::move(options)), observer_(observer) {
  models_ = locate_models(options_.models);
  options_.validate();
  read_documents();
  path_ = report_path(options_.output, models_);
  require_writable(path_);
  if (options_.log_samples)
    for (const ModelLocation& model : models_)
      for (const TaskData& task : tasks_) require_writable(samples_file(path_, model.name, task.task->name));
  report_.context = run_context(options_);
}

void Run::read_documents() {
  const TaskDataOptions data{data_folder(options_.data), options_.limit, options_.num_fewshot, options_.seed};
  std::string on_samples;
  for (const Task* task : select_tasks(options_.tasks)) {
    const auto start = std::chrono::steady_clock::now();
    tasks_.push_back(load_task_data(*task, data));
    report_.tasks.push_back(task_row(tasks_.back(), options_));
    report_.tasks.back().read_s = seconds_since(start);
    if (tasks_.back().is_sample_data) on_samples += (on_samples.empty() ? "" : ", ") + task->name;
  }
  if (!on_samples.empty() && !options_.confirm_sample_data)
    observer_.note("note: no data for " + on_samples +
                   ": using the sample documents (--data DIR names real data)");
}

void Run::execute() {
  for (const ModelLocation& location : models_) {
    try {
      evaluate_model(location);
    } catch (const Interrupted&) {
      throw;
    } catch (const std::exception& error) {
      if (models_.size() == 1) throw;
      // Among several models one that cannot be loaded fails alone.
      for (const TaskData& data : tasks_) fail(location, data, message_of(error));
      report_.models.push_back(model_row(location));
      observer_.failed(fmt::format("failed: {}: {}", location.name, message_of(error)));
    }
  }
  report_.averages = averages_of(report_);
  report_.context["duration_s"] = seconds_since(start_);
}

void Run::fail(const ModelLocation& location, const TaskData& data, const std::string& why) {
  report_.results.push_back({location.name, data.task->name, why, {}, {}, 0});
}

void Run::evaluate_model(const ModelLocation& location) {
  const LoadedModel loaded = load(location, options_.model);
  for (const std::string& note : loaded.model->config().notes) observer_.note("note: " + note);
  loaded.tokenization(options_.model);
  report_.models.push_back(model_row(loaded));
  for (const TaskData& data : tasks_) {
    try {
      report_.results.push_back(evaluate_one(loaded, data));
    } catch (const Interrupted&) {
      throw;
    } catch (const std::exception& error) {  // this task fails alone; the report says why
      fail(location, data, message_of(error));
      observer_.failed(
          fmt::format("failed: {} on {}: {}", location.name, data.task->name, message_of(error)));
    }
  }
}

ResultRow Run::evaluate_one(const LoadedModel& loaded, const TaskData& data) {
  if (observer_.stop_requested()) throw Interrupted();
  const Executor executor(*loaded.model, loaded.tokenization(options_.model), options_.executor_options());
  const Work work(observer_, loaded.location.name + " on " + data.task->name);
  reset_peak_memory(loaded.model->device());
  const auto evaluated =
      evaluate_task(executor, data, {options_.bootstrap_iterations, options_.model.thread_count()},
                    {.progress = [&](auto done, auto in_all) {
                      if (observer_.stop_requested()) throw Interrupted();
                      observer_.work_went_on(done, in_all);
                    }});
  if (options_.log_samples) {
    std::string lines;
    for_each_sample_line(data, evaluated, generation_arguments(report_.context),
                         [&](const std::string& line) { lines += line; });
    samples_.emplace_back(samples_file(path_, loaded.location.name, data.task->name), std::move(lines));
  }
  return result_row(evaluated, loaded, data);
}

std::vector<fs::path> Run::publish() {
  std::vector<FileContent> reports = report_files(report_, options_.format, path_);
  for (const auto& [path, content] : samples_) write_file_atomically(path, content);
  std::vector<fs::path> paths;
  for (const auto& [path, content] : reports) {
    write_file_atomically(path, content);
    paths.push_back(path);
  }
  return paths;
}

bool Run::has_failures() const {
  return std::any_of(report_.results.begin(), report_.results.end(),
                     [](const ResultRow& r) { return !r.error.empty(); });
}

}  // namespace iiet
