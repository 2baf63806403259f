#include <fmt/format.h>

#include "harness/metric/result_name.hpp"
#include "harness/report/report.hpp"

namespace iiet {
namespace {

/// The keys of a task that lm-evaluation-harness writes one object each for.
void add_task(Json& json, const TaskRow& task, const ResultRow& result) {
  Json& values = json["results"][task.name];
  values = {{"alias", task.name}};
  for (const MetricValue& m : result.metrics) {
    const auto [metric, filter] = ResultName::parse(m.name);
    values[metric + "," + filter] = m.value;
    values[metric + "_stderr," + filter] = m.standard_error ? Json(*m.standard_error) : Json("N/A");
    json["higher_is_better"][task.name][metric] = m.higher_is_better;
  }
  json["group_subtasks"][task.name] = Json::array();
  json["configs"][task.name] = {{"task", task.name}, {"num_fewshot", task.num_fewshot}};
  json["versions"][task.name] = Json::parse(task.version, nullptr, /*allow_exceptions=*/false);
  if (json["versions"][task.name].is_discarded()) json["versions"][task.name] = task.version;
  json["n-shot"][task.name] = task.num_fewshot;
  json["n-samples"][task.name] = {{"original", task.documents_in_split}, {"effective", task.documents}};
}

}  // namespace

Json generation_arguments(const Json& context) {
  const Json generation = context.value("generation", Json::object());
  Json arguments = Json::object();
  if (generation.value("beam", 1) > 1) {
    arguments["num_beams"] = generation["beam"];
    arguments["length_penalty"] = generation["length_penalty"];
  }
  if (const auto limit = generation.find("max_new_tokens"); limit != generation.end() && !limit->is_null())
    arguments["max_gen_toks"] = *limit;
  return arguments;
}

Json lm_eval_results(const Report& report, const ModelRow& model) {
  Json json;
  for (const char* key :
       {"results", "group_subtasks", "configs", "versions", "n-shot", "higher_is_better", "n-samples"})
    json[key] = Json::object();
  std::optional<double> limit;
  for (const TaskRow& task : report.tasks) {
    limit = task.limit;
    if (const ResultRow* r = report.find(model.name, task.name); r && r->error.empty())
      add_task(json, task, *r);
  }
  const Json& context = report.context;
  json["config"] = {{"model", "iiet-eval"},
                    {"model_args", {{"pretrained", model.path}, {"dtype", context.value("dtype", "")}}},
                    {"model_num_parameters", model.parameters},
                    {"model_dtype", "torch." + context.value("dtype", std::string())},
                    {"model_revision", "main"},
                    {"model_sha", model.weights_sha256},
                    {"batch_size", "auto"},
                    {"device", context.value("device", "")},
                    {"limit", limit ? Json(*limit) : Json(nullptr)},
                    {"bootstrap_iters", context.value("bootstrap_iters", Json(nullptr))},
                    {"gen_kwargs", generation_arguments(context)},
                    {"fewshot_seed", context.value("seed", Json(nullptr))}};
  if (!report.missing.empty()) json["incomplete"] = true;
  json["git_hash"] = context.value("commit", Json(nullptr));
  json["max_length"] = model.max_length;
  json["model_source"] = "iiet-eval";
  json["model_name"] = model.path;
  json["model_name_sanitized"] = for_file_name(model.path);
  json["total_evaluation_time_seconds"] = fmt::format("{}", context.value("duration_s", 0.0));
  return json;
}

}  // namespace iiet
