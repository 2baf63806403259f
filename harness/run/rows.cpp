#include "harness/run/rows.hpp"

#include <algorithm>
#include <thread>

#include <torch/version.h>

#include "harness/base/files.hpp"
#include "harness/run/build_facts.hpp"
#include "harness/run/folder.hpp"
#include "models/device.hpp"

namespace iiet {
namespace {

double percentile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  const auto at =
      values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

std::string cpu_model() {
  const std::string info = read_file("/proc/cpuinfo");
  const auto at = info.find("model name");
  if (at == std::string::npos) return "unknown";
  const auto begin = info.find(':', at) + 2;
  return info.substr(begin, info.find('\n', begin) - begin);
}

}  // namespace

ModelRow model_row(const ModelLocation& location) {
  ModelRow row;
  row.name = location.name;
  row.path = location.folder.string();
  return row;
}

ModelRow model_row(const LoadedModel& loaded) {
  const ModelConfig& config = loaded.model->config();
  const ModelCost cost = cost_of(config);
  ModelRow row = model_row(loaded.location);
  row.variant = loaded.location.is_null        ? "null"
                : config.model_type == "llama" ? "transformer"
                                               : config.model_type;
  row.iterations = config.iterations;
  row.evaluations = cost.evaluations;
  row.parameters = loaded.parameters;
  row.evaluations_per_token = cost.evaluations_per_token;
  row.kv_bytes_per_token = cost.kv_values_per_token * static_cast<std::int64_t>(loaded.cache_element_size);
  row.flops_per_token = cost.flops_per_token;
  row.max_length = loaded.max_length;
  row.weights_sha256 = weights_sha256(loaded.location);
  row.tokenizer_sha256 = loaded.tokenizer->fingerprint();
  row.untrained = config.untrained;
  row.notes = config.notes;
  row.config = to_json(config);
  return row;
}

TaskRow task_row(const RunDocuments::Known& known, const RunOptions& options) {
  const TaskData& data = known.data;
  TaskRow row;
  row.name = data.task->name;
  row.version = data.task->version;
  row.accuracy_metric = data.task->accuracy;
  row.num_fewshot = data.num_fewshot;
  row.documents = known.documents;
  row.documents_in_split = data.documents_in_split;
  row.limit = options.limit;
  row.data_path = data.path.string();
  row.data_sha256 = data.sha256;
  row.sample_data = data.is_sample_data;
  row.read_s = known.read_s;
  return row;
}

ResultRow result_row(const EvaluatedTask& evaluated, const LoadedModel& loaded, const TaskData& data) {
  ResultRow row;
  row.model = loaded.location.name;
  row.task = data.task->name;
  for (const auto& m : evaluated.metrics)
    row.metrics.push_back(
        {m.name(), m.estimate.value, m.estimate.standard_error, m.estimate.n, m.metric->higher_is_better});
  for (const auto& responses : *evaluated.responses)
    for (const Response& r : responses) row.truncated_requests += r.truncated ? 1 : 0;
  row.cached_requests = evaluated.costs.stored;
  row.throughput = {static_cast<std::int64_t>(evaluated.requests - evaluated.costs.stored),
                    evaluated.costs.tokens_fed,
                    evaluated.costs.tokens_scored,
                    evaluated.wall_s,
                    percentile(evaluated.costs.pass_latencies_ms, 0.5),
                    percentile(evaluated.costs.pass_latencies_ms, 0.9),
                    peak_memory_bytes(loaded.model->device())};
  return row;
}

Json run_context(const RunOptions& options) {
  const c10::Device device = parse_device(options.model.device);
  const BuildFacts& build = kBuildFacts;
  Json context = {{"started", utc_time()},
                  {"duration_s", 0.0},
                  {"command", resumable_command(options.command)},
                  {"commit", build.commit ? Json(build.commit) : Json(nullptr)},
                  {"dirty", build.dirty},
                  {"build", {{"type", build.type}, {"compiler", build.compiler}, {"flags", build.flags}}},
                  {"libtorch", TORCH_VERSION},
                  {"cuda", device_description(device)},
                  {"cpu", {{"model", cpu_model()}, {"cores", std::thread::hardware_concurrency()}}}};
  context["threads"] = options.model.thread_count();
  context["seed"] = options.seed;
  context["bootstrap_iters"] = options.bootstrap_iterations;
  context["generation"] = generation_json(options.executor_options().generation);
  context["dtype"] = options.model.dtype;
  context["device"] = device.str();
  return context;
}

}  // namespace iiet
