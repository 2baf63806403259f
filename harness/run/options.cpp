#include "harness/run/options.hpp"

#include "harness/base/error.hpp"

namespace iiet {

void RunOptions::validate() const {
  model.validate();
  require(!length_penalty || generation.beam > 1, "--length-penalty: needs --beam 2 or more");
}

ExecutorOptions RunOptions::executor_options() const {
  ExecutorOptions of_executor = model.executor_options();
  of_executor.generation = generation;
  of_executor.generation.length_penalty = length_penalty.value_or(1);
  return of_executor;
}

std::vector<ModelLocation> locate_models(const std::string& list) {
  std::vector<std::string> specs(1);
  int depth = 0;
  for (const char c : list) {
    depth += c == '[' ? 1 : c == ']' ? -1 : 0;
    if (c == ',' && depth == 0)
      specs.emplace_back();
    else
      specs.back() += c;
  }
  std::vector<ModelLocation> models;
  for (const std::string& spec : specs) {
    const ModelLocation found = locate_model(spec);
    for (const ModelLocation& other : models)
      require(other.name != found.name, "--models: '{}' is named twice", found.name);
    models.push_back(found);
  }
  return models;
}

Json generation_json(const GenerationSettings& settings) {
  const bool beams = settings.beam > 1;
  return {{"search", beams ? "fairseq" : "greedy"},
          {"beam", settings.beam},
          {"length_penalty", beams ? Json(settings.length_penalty) : Json(nullptr)},
          {"max_new_tokens", settings.max_new_tokens ? Json(*settings.max_new_tokens) : Json(nullptr)}};
}

}  // namespace iiet
