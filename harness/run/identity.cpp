#include "harness/run/identity.hpp"

namespace iiet {
namespace {

/// Differ between starts of the same run.
constexpr const char* kOfOneStart[] = {"started", "duration_s", "command", "cpu", "cuda"};

Json options_json(const RunOptions& options) {
  const ModelOptions& model = options.model;
  return {{"format", options.format},
          {"log_samples", options.log_samples},
          {"batch_tokens", model.batch_tokens},
          {"max_length", model.max_length},
          {"adds_bos", model.adds_bos ? Json(*model.adds_bos) : Json(nullptr)},
          {"truncates_continuations", model.truncates_continuations}};
}

}  // namespace

Json identity_of(const RunOptions& options, const Report& report, const std::vector<ModelLocation>& models,
                 const RunDocuments& documents) {
  Json identity = {{"model_names", Json::array()}, {"task_names", Json::array()}};
  for (const ModelLocation& model : models) {
    identity["model_names"].push_back(model.name);
    identity["models"][model.name] = {{"path", model.folder.string()}, {"overrides", model.overrides}};
  }
  const Json tasks = to_json(report)["tasks"];
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const std::string name = tasks[i]["name"];
    Json& task = identity["tasks"][name] = tasks[i];
    task.erase("read_s");
    task["fewshot_sha256"] = documents.tasks()[i].fewshot_sha256;
    identity["task_names"].push_back(name);
  }
  identity["options"] = options_json(options);
  identity["context"] = report.context;
  for (const char* key : kOfOneStart) identity["context"].erase(key);
  // As the state tells it: paths need not be valid UTF-8.
  return Json::parse(identity.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace iiet
