#include "models/ode_transformer.hpp"

#include <optional>

#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include "harness/base/error.hpp"

namespace iiet {

OdeTransformer::OdeTransformer(ModelConfig config, const Numerics& numerics, at::Device device)
    : config_(std::move(config)), numerics_(numerics) {
  const auto options = at::TensorOptions(numerics.parameters).device(device);
  embedding_ = at::empty({config_.vocab_size, config_.hidden_size}, options);
  head_ = config_.tie_word_embeddings.value() ? embedding_ : at::empty_like(embedding_);
  final_norm_ = at::empty({config_.hidden_size}, options);
  frequencies_ = rotary_frequencies(config_, numerics.arithmetic).to(embedding_.device());
  steps_ = make_steps(variant_of(config_).schemes(config_), config_.hidden_size, options);
  std::int64_t slot = 0;
  for (const auto& step : steps_.layers) {
    blocks_.emplace_back(config_, options);
    first_slot_.push_back(slot);
    slot += step->evaluations();
  }
  first_slot_.push_back(slot);
}

at::Tensor OdeTransformer::embed(const PackedTokens& tokens) const {
  for (const TokenId id : tokens.ids)
    require(id >= 0 && id < config_.vocab_size, "token id {} is outside the model's vocabulary (0 to {})", id,
            config_.vocab_size - 1);
  const at::Tensor ids = at::tensor(at::ArrayRef<TokenId>(tokens.ids), at::kInt).to(embedding_.device());
  return at::embedding(embedding_, ids);
}

BlockContext OdeTransformer::context_of(const PackedTokens& tokens, const Pass& pass) const {
  const Kernels kernels({device(), numerics_, pass.purpose, config_.head_dim});
  KvCache::Append append = pass.cache ? pass.cache->append(tokens) : KvCache::Append{{}, self_plan(tokens)};
  LoweredPlan plan = kernels.lower(std::move(append.plan));
  RotaryAngles angles = rotary_angles(frequencies_, plan.positions);
  return {kernels,           std::move(plan), std::move(angles), pass.cache,
          std::move(append), pass.observer,   pass.purpose};
}

void OdeTransformer::advance(std::size_t layer, const BlockContext& context, Trajectory& y) const {
  std::int64_t evaluation = 0;
  const auto block = [&](const at::Tensor& x) {
    at::Tensor output = blocks_[layer](x, context, first_slot_[layer] + evaluation);
    if (context.observer) context.observer->evaluated(static_cast<std::int64_t>(layer), evaluation, output);
    ++evaluation;
    return output;
  };
  steps_.layers[layer]->advance(block, y);
  if (first_slot_[layer] + evaluation != first_slot_[layer + 1])
    throw Error(fmt::format("layer {}: the step made another number of evaluations than it says", layer));
}

void OdeTransformer::cross(const BlockContext& context, const Pass& pass, Trajectory& y) const {
  if (pass.observer) pass.observer->embedded(y.state);
  for (std::size_t layer = 0; layer < blocks_.size(); ++layer) {
    advance(layer, context, y);
    if (pass.observer &&
        pass.observer->layer_ended(static_cast<std::int64_t>(layer), y.state) == Observer::Verdict::kStop)
      return;
  }
  if (pass.cache) pass.cache->commit();
}

at::Tensor OdeTransformer::hidden(const PackedTokens& tokens, std::span<const std::int64_t> rows,
                                  const Pass& pass) const {
  std::optional<c10::NoGradGuard> no_gradients;
  if (pass.purpose == Purpose::kInference) no_gradients.emplace();
  Trajectory y{embed(tokens), {}};
  const BlockContext context = context_of(tokens, pass);
  cross(context, pass, y);
  const at::Tensor index = at::tensor(at::ArrayRef<std::int64_t>(rows.data(), rows.size()), at::kLong);
  return context.kernels.rms_norm(y.state.index_select(0, index.to(device())), final_norm_,
                                  config_.rms_norm_eps);
}

at::Tensor OdeTransformer::logits(const at::Tensor& rows, Purpose purpose) const {
  std::optional<c10::NoGradGuard> no_gradients;
  if (purpose == Purpose::kInference) no_gradients.emplace();
  const at::Tensor values = at::linear(rows, head_);
  return values.scalar_type() == at::kDouble ? values : values.to(at::kFloat);
}

KvCache OdeTransformer::make_cache() const {
  return KvCache({first_slot_.back(), config_.num_key_value_heads, config_.head_dim},
                 at::TensorOptions(numerics_.cache).device(device()));
}

Parameters OdeTransformer::parameters() const {
  Parameters all{{"model.embed_tokens.weight", embedding_, Initialisation::kNormal}};
  for (std::size_t layer = 0; layer < blocks_.size(); ++layer)
    blocks_[layer].list(fmt::format("model.layers.{}.", layer), all);
  all.insert(all.end(), steps_.parameters.begin(), steps_.parameters.end());
  all.push_back({"model.norm.weight", final_norm_, Initialisation::kOnes});
  if (!*config_.tie_word_embeddings) all.push_back({"lm_head.weight", head_, Initialisation::kNormal});
  return all;
}

std::int64_t OdeTransformer::parameter_count() const {
  std::int64_t count = 0;
  for (const Parameter& p : parameters()) count += p.tensor.numel();
  return count;
}

}  // namespace iiet
