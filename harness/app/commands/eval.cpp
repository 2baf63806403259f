#include <algorithm>
#include <chrono>

#include <fmt/format.h>
#include <torch/version.h>

#include "harness/app/command.hpp"
#include "harness/app/model_options.hpp"
#include "harness/app/progress.hpp"
#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "harness/eval/evaluate.hpp"
#include "harness/eval/sample_log.hpp"
#include "harness/report/report.hpp"
#include "harness/report/samples.hpp"
#include "models/device.hpp"
#include "models/safetensors.hpp"

namespace iiet {
namespace fs = std::filesystem;
namespace {

struct EvalOptions {
  std::string models, tasks, data, output, format = "json";
  std::optional<double> limit;
  std::optional<std::size_t> num_fewshot;
  std::uint64_t seed = 1234;
  std::size_t bootstrap_iterations = 100000;
  bool log_samples = false, confirm_sample_data = false;
  ModelOptions model;
  GenerationSettings generation;
  std::optional<double> length_penalty;
  std::vector<std::string> command;  // as typed, for the report
};

/// Everything that is known before a model is loaded: mistakes in it cost no work.
struct Prepared {
  std::vector<ModelLocation> models;
  std::vector<TaskData> data;
  std::vector<double> read_s;
  fs::path report;
};

fs::path report_path(const EvalOptions& options, const std::vector<ModelLocation>& models) {
  std::string names;
  for (const ModelLocation& m : models) names += "_" + for_file_name(m.name);
  const std::string file = utc_time_for_files() + names.substr(0, 100) + ".json";
  if (options.output.empty()) return project_root() / "results" / "runs" / file;
  const fs::path output = options.output;
  return output.extension() == ".json" && !fs::is_directory(output) ? output : output / file;
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

Prepared prepare(const EvalOptions& options) {
  Prepared prepared;
  for (const std::string& name : model_specs(options.models)) {
    prepared.models.push_back(locate_model(name));
    for (std::size_t i = 0; i + 1 < prepared.models.size(); ++i)
      require(prepared.models[i].name != prepared.models.back().name, "--models: '{}' is named twice",
              prepared.models.back().name);
  }
  options.model.validate();
  require(!options.length_penalty || options.generation.beam > 1, "--length-penalty: needs --beam 2 or more");
  const TaskDataOptions data{data_folder(options.data), options.limit, options.num_fewshot, options.seed};
  std::string on_samples;
  for (const Task* task : select_tasks(options.tasks)) {
    const auto start = std::chrono::steady_clock::now();
    prepared.data.push_back(load_task_data(*task, data));
    prepared.read_s.push_back(seconds_since(start));
    if (prepared.data.back().is_sample_data) on_samples += (on_samples.empty() ? "" : ", ") + task->name;
  }
  if (!on_samples.empty() && !options.confirm_sample_data)
    log_line("note: no data for " + on_samples + ": using the sample documents (--data DIR names real data)");
  prepared.report = report_path(options, prepared.models);
  require_writable(prepared.report);
  if (options.log_samples)
    for (const ModelLocation& model : prepared.models)
      for (const TaskData& task : prepared.data)
        require_writable(samples_file(prepared.report, model.name, task.task->name));
  return prepared;
}

ModelRow model_row(const LoadedModel& loaded) {
  const ModelConfig& config = loaded.model->config();
  const ModelCost cost = cost_of(config);
  ModelRow row;
  row.name = loaded.location.name;
  row.path = loaded.location.folder.string();
  row.variant = config.model_type == "llama" ? "transformer" : config.model_type;
  row.iterations = config.iterations;
  row.evaluations = cost.evaluations;
  row.parameters = loaded.model->parameter_count();
  row.evaluations_per_token = cost.evaluations_per_token;
  row.kv_bytes_per_token = cost.kv_values_per_token * static_cast<std::int64_t>(loaded.model->element_size());
  row.flops_per_token = cost.flops_per_token;
  row.max_length = loaded.max_length;
  row.weights_sha256 = weights_fingerprint(loaded.location.folder);
  row.tokenizer_sha256 = loaded.tokenizer->fingerprint();
  row.untrained = config.untrained;
  row.notes = config.notes;
  row.config = to_json(config);
  return row;
}

TaskRow task_row(const TaskData& data, const EvalOptions& options, double read_s) {
  TaskRow row;
  row.name = data.task->name;
  row.version = data.task->version;
  row.accuracy_metric = data.task->accuracy;
  row.num_fewshot = data.num_fewshot;
  row.documents = data.samples.size();
  row.documents_in_split = data.documents_in_split;
  row.limit = options.limit;
  row.data_path = data.path.string();
  row.data_sha256 = data.sha256;
  row.sample_data = data.is_sample_data;
  row.read_s = read_s;
  return row;
}

double percentile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  const auto at =
      values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

ResultRow result_row(const EvaluatedTask& evaluated, const LoadedModel& loaded, const TaskData& data) {
  ResultRow row;
  row.model = loaded.location.name;
  row.task = data.task->name;
  for (const auto& m : evaluated.metrics)
    row.metrics.push_back(
        {m.name(), m.estimate.value, m.estimate.standard_error, m.estimate.n, m.metric->higher_is_better});
  for (const auto& responses : evaluated.responses)
    for (const Response& r : responses) row.truncated_requests += r.truncated ? 1 : 0;
  row.throughput = {static_cast<std::int64_t>(evaluated.requests),
                    evaluated.costs.tokens_fed,
                    evaluated.costs.tokens_scored,
                    evaluated.wall_s,
                    percentile(evaluated.costs.pass_latencies_ms, 0.5),
                    percentile(evaluated.costs.pass_latencies_ms, 0.9),
                    peak_memory_bytes(loaded.model->device())};
  return row;
}

/// Files that are written at the end, whole or not at all.
using Files = std::vector<std::pair<fs::path, std::string>>;

ExecutorOptions executor_options(const EvalOptions& options) {
  ExecutorOptions of_executor = options.model.executor_options();
  of_executor.generation = options.generation;
  of_executor.generation.length_penalty = options.length_penalty.value_or(1);
  return of_executor;
}

/// How generated answers were looked for; null where it does not apply or the task decides.
Json generation_json(const GenerationSettings& settings) {
  const bool beams = settings.beam > 1;
  return {{"search", beams ? "fairseq" : "greedy"},
          {"beam", settings.beam},
          {"length_penalty", beams ? Json(settings.length_penalty) : Json(nullptr)},
          {"max_new_tokens", settings.max_new_tokens ? Json(*settings.max_new_tokens) : Json(nullptr)}};
}

ResultRow evaluate_one(const LoadedModel& loaded, const TaskData& data, const EvalOptions& options,
                       Files& files, const fs::path& report) {
  if (stop_requested()) throw Interrupted();
  const Executor executor(*loaded.model, loaded.tokenization(options.model), executor_options(options));
  ProgressBar bar(loaded.location.name + " on " + data.task->name);
  reset_peak_memory(loaded.model->device());
  const auto evaluated =
      evaluate_task(executor, data, {options.bootstrap_iterations, options.model.thread_count()},
                    {.progress = [&](auto done, auto in_all) {
                      if (stop_requested()) throw Interrupted();
                      bar.update(done, in_all);
                    }});
  if (options.log_samples) {
    std::string lines;
    const Json decoding =
        generation_arguments({{"generation", generation_json(executor_options(options).generation)}});
    for_each_sample_line(data, evaluated, decoding, [&](const std::string& line) { lines += line; });
    files.emplace_back(samples_file(report, loaded.location.name, data.task->name), std::move(lines));
  }
  return result_row(evaluated, loaded, data);
}

void evaluate_model(const ModelLocation& location, const Prepared& prepared, const EvalOptions& options,
                    Report& report, Files& files) {
  const LoadedModel loaded = load(location, options.model);
  loaded.tokenization(options.model);
  report.models.push_back(model_row(loaded));
  for (const TaskData& data : prepared.data) {
    try {
      report.results.push_back(evaluate_one(loaded, data, options, files, prepared.report));
    } catch (const Interrupted&) {
      throw;
    } catch (const std::exception& error) {  // this task fails alone; the report says why
      report.results.push_back({location.name, data.task->name, message_of(error), {}, {}, 0});
      complain(fmt::format("failed: {} on {}: {}", location.name, data.task->name, message_of(error)));
    }
  }
}

Json context_of(const EvalOptions& options) {
  Json context = machine_context();
  context["command"] = options.command;
  context["libtorch"] = TORCH_VERSION;
  context["cuda"] = device_description(parse_device(options.model.device));
  context["threads"] = options.model.thread_count();
  context["seed"] = options.seed;
  context["bootstrap_iters"] = options.bootstrap_iterations;
  context["generation"] = generation_json(executor_options(options).generation);
  context["dtype"] = options.model.dtype;
  context["device"] = parse_device(options.model.device).str();
  return context;
}

/// Paths and arguments need not be valid UTF-8; a report must not fail on them.
std::string as_text(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void add_report_files(const Report& report, const EvalOptions& options, const fs::path& path, Files& files) {
  if (options.format == "json") {
    files.emplace_back(path, as_text(to_json(report)));
    return;
  }
  for (const ModelRow& model : report.models) {
    const auto succeeded = [&](const ResultRow& r) { return r.model == model.name && r.error.empty(); };
    if (std::none_of(report.results.begin(), report.results.end(), succeeded)) continue;
    fs::path file = path;
    if (report.models.size() > 1)
      file.replace_filename(path.stem().string() + "_" + for_file_name(model.name) + ".json");
    files.emplace_back(file, as_text(lm_eval_results(report, model)));
  }
}

/// The files first, so that a closed output does not cost the report; the table also where they cannot be
/// written.
void publish(const Report& report, const Files& files) {
  try {
    for (const auto& [path, content] : files) write_file_atomically(path, content);
  } catch (const std::exception&) {
    print(summary_table(report));
    throw;
  }
  print(summary_table(report));
}

int run_eval(const EvalOptions& options) {
  watch_for_interrupts();
  const auto start = std::chrono::steady_clock::now();
  const Prepared prepared = prepare(options);
  Report report;
  report.context = context_of(options);
  for (std::size_t i = 0; i < prepared.data.size(); ++i)
    report.tasks.push_back(task_row(prepared.data[i], options, prepared.read_s[i]));
  Files files;
  for (const ModelLocation& location : prepared.models) {
    try {
      evaluate_model(location, prepared, options, report, files);
    } catch (const Interrupted&) {
      throw;
    } catch (const std::exception& error) {
      if (prepared.models.size() == 1) throw;
      // Among several models one that cannot be loaded fails alone.
      for (const TaskData& data : prepared.data)
        report.results.push_back({location.name, data.task->name, message_of(error), {}, {}, 0});
      ModelRow row;
      row.name = location.name;
      row.path = location.folder.string();
      report.models.push_back(std::move(row));
      complain(fmt::format("failed: {}: {}", location.name, message_of(error)));
    }
  }
  report.averages = averages_of(report);
  report.context["duration_s"] = seconds_since(start);
  add_report_files(report, options, prepared.report, files);
  if (stop_requested()) throw Interrupted();
  publish(report, files);
  for (const auto& [path, content] : files)
    if (path.extension() == ".json") log_line("report: " + path.string());
  for (const ResultRow& result : report.results)
    if (!result.error.empty()) return kFailed;
  return kDone;
}

std::function<int()> configure(CLI::App& parser) {
  const auto options = std::make_shared<EvalOptions>();
  parser
      .add_option("--models", options->models,
                  "names or folders, comma-separated; NAME:key=value overrides a config field")
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
      .add_option("--format", options->format,
                  "json, or lm-eval for files as lm-evaluation-harness writes them")
      ->check(CLI::IsMember({"json", "lm-eval"}))
      ->capture_default_str();
  parser.add_flag("--log-samples", options->log_samples, "write every document's answers next to the report");
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
  options->model.declare(parser);
  return [options] {
    options->command = typed_command();
    return run_eval(*options);
  };
}

}  // namespace

const Command kEvalCommand{"eval", "Evaluates every model on every task; prints a table, writes a report.",
                           configure};

}  // namespace iiet
