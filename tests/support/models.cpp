#include "tests/support/models.hpp"

#include <numeric>
#include <random>

#include <ATen/CPUGeneratorImpl.h>
#include <c10/core/InferenceMode.h>

#include "harness/base/error.hpp"

namespace iiet::test {

double tolerance(at::ScalarType type) { return type == at::kDouble ? 1e-9 : type == at::kFloat ? 1e-4 : 0.3; }

ModelConfig small_config(const std::string& variant) {
  ModelConfig c;
  c.model_type = variant == "transformer" ? "llama" : variant;
  c.vocab_size = 97;
  c.hidden_size = 24;
  c.intermediate_size = 40;
  c.num_hidden_layers = 3;
  c.num_attention_heads = 4;
  c.num_key_value_heads = 2;
  c.head_dim = 8;
  c.max_position_embeddings = 64;
  c.tie_word_embeddings = false;
  c.initializer_range = 0.3;
  c.bos_token_id = 1;
  c.eos_token_id = 2;
  if (variant.find("iiet") != std::string::npos) c.iterations = {2, 0, 3};
  return parse_model_config(to_json(c), "small " + variant);
}

std::unique_ptr<OdeTransformer> small_model(const std::string& variant, Numerics numerics) {
  return small_model(small_config(variant), numerics);
}

std::unique_ptr<OdeTransformer> small_model(const ModelConfig& config, Numerics numerics) {
  auto model = fresh_model(config, {numerics, at::kCPU, {}}, 7);
  const at::Generator generator = at::detail::createCPUGenerator(11);
  for (const NamedTensor& named : named_tensors(model->parameters())) {
    const at::Tensor noise = at::empty(named.tensor.sizes(), at::kDouble).normal_(0, 0.05, generator);
    named.tensor.add_(noise.to(numerics.parameters));
  }
  return model;
}

std::vector<TokenId> random_ids(std::size_t count, std::int64_t vocabulary, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<TokenId> ids;
  for (std::size_t i = 0; i < count; ++i)
    ids.push_back(static_cast<TokenId>(random() % static_cast<std::uint64_t>(vocabulary)));
  return ids;
}

std::vector<double> plain_log_probabilities(const LanguageModel& model, const std::vector<TokenId>& ids) {
  const c10::InferenceMode inference;
  std::vector<std::int64_t> rows(ids.size());
  std::iota(rows.begin(), rows.end(), std::int64_t{0});
  const PackedTokens tokens{ids, {{static_cast<std::int64_t>(ids.size()), -1, -1}}};
  const at::Tensor log_p =
      model.logits(model.hidden(tokens, rows)).to(at::kCPU).to(at::kDouble).log_softmax(-1);
  std::vector<double> result;
  for (std::size_t i = 0; i + 1 < ids.size(); ++i)
    result.push_back(log_p[static_cast<std::int64_t>(i)][ids[i + 1]].item<double>());
  return result;
}

std::vector<Prompt> prompts_of(const std::vector<std::vector<TokenId>>& ids, std::int64_t count) {
  std::vector<Prompt> prompts;
  for (const auto& prompt : ids) prompts.push_back({prompt, count});
  return prompts;
}

std::vector<std::vector<Hypothesis>> generated(const LanguageModel& model, const std::vector<Prompt>& prompts,
                                               const DecodingOptions& options, DecodingRun run) {
  std::vector<std::vector<Hypothesis>> all(prompts.size());
  std::vector<bool> seen(prompts.size());
  run.done = [&](std::size_t prompt, DecodedPrompt decoded) {
    if (seen.at(prompt)) throw Error("a prompt was handed out twice");
    seen[prompt] = true;
    all[prompt] = std::move(decoded.hypotheses);
  };
  generate(model, prompts, options, run);
  return all;
}

std::vector<std::vector<TokenId>> best_ids(const std::vector<std::vector<Hypothesis>>& all) {
  std::vector<std::vector<TokenId>> ids;
  for (const auto& hypotheses : all) ids.push_back(hypotheses.front().ids);
  return ids;
}

}  // namespace iiet::test
