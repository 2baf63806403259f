#include "models/null_model.hpp"

#include <cmath>

namespace iiet {

NullModel::NullModel(ModelConfig config) : config_(std::move(config)) {
  config_.model_type = "llama";
  config_.num_hidden_layers = 0;
  config_.hidden_size = config_.intermediate_size = 0;
  config_.iterations.clear();
  config_.untrained = true;
  config_.notes = {"the null model: every token is equally probable; it measures the harness itself"};
}

at::Tensor NullModel::hidden(const PackedTokens& tokens, std::span<const std::int64_t> rows,
                             const Pass& pass) const {
  check(tokens, pass);
  if (pass.observer) pass.observer->embedded(at::empty({static_cast<std::int64_t>(tokens.ids.size()), 0}));
  if (pass.cache) {
    pass.cache->append(tokens);
    pass.cache->commit();
  }
  return at::empty({static_cast<std::int64_t>(rows.size()), 0});
}

LanguageModel::Head NullModel::head() const {
  return [vocabulary = config_.vocab_size](const at::Tensor& rows) {
    return at::zeros({rows.size(0), vocabulary});
  };
}

KvCache NullModel::make_cache() const {
  return KvCache({.slots = 1, .kv_heads = 1, .head_dim = 1}, at::TensorOptions(at::kFloat));
}

TargetScores NullModel::score(const at::Tensor&, std::span<const Target> targets) const {
  TargetScores scores;
  scores.log_probabilities.assign(targets.size(), -std::log(static_cast<double>(config_.vocab_size)));
  for (const Target& target : targets) scores.is_greedy.push_back(target.token == 0);
  return scores;
}

}  // namespace iiet
