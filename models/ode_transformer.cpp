#include "models/ode_transformer.hpp"

#include <optional>

#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include "harness/base/error.hpp"

namespace iiet {
namespace {

at::TensorOptions parameter_options(const Numerics& numerics, at::Device device) {
  return at::TensorOptions(numerics.parameters).device(device);
}

}  // namespace

OdeTransformer::OdeTransformer(ModelConfig config, const Numerics& numerics, at::Device device)
    : config_(std::move(config)),
      numerics_(numerics),
      embedding_(config_.vocab_size, config_.hidden_size, parameter_options(numerics, device)),
      frequencies_(rotary_frequencies(config_, numerics.arithmetic).to(device)),
      final_norm_(config_.hidden_size, config_.rms_norm_eps, parameter_options(numerics, device)) {
  const at::TensorOptions options = parameter_options(numerics, device);
  if (!config_.tie_word_embeddings.value())
    head_.emplace(Linear::Shape{config_.hidden_size, config_.vocab_size}, Linear::Bias::kNone, options);
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
  const at::Tensor ids = at::tensor(at::ArrayRef<TokenId>(tokens.ids), at::kInt).to(device());
  return embedding_(ids, numerics_.arithmetic);
}

BlockContext OdeTransformer::context_of(const PackedTokens& tokens, const Pass& pass) const {
  const Kernels kernels({device(), numerics_, pass.purpose, config_.head_dim});
  KvCache::Append append = pass.cache ? pass.cache->append(tokens) : KvCache::Append{{}, self_plan(tokens)};
  LoweredPlan plan = kernels.lower(std::move(append.plan));
  RotaryAngles angles = rotary_angles(frequencies_, plan.positions);
  return {kernels, std::move(plan), std::move(angles), pass.cache, std::move(append), pass.observer};
}

void OdeTransformer::advance(std::size_t layer, const BlockContext& context, Trajectory& y) const {
  const Block local = blocks_[layer].in(numerics_.arithmetic);
  std::int64_t evaluation = 0;
  const auto block = [&](const at::Tensor& x) {
    at::Tensor output = local(x, context, first_slot_[layer] + evaluation);
    if (context.observer) context.observer->evaluated(static_cast<std::int64_t>(layer), evaluation, output);
    ++evaluation;
    return output;
  };
  steps_.layers[layer]->advance(block, y);
  if (first_slot_[layer] + evaluation != first_slot_[layer + 1])
    throw Error(fmt::format("layer {}: the step made another number of evaluations than it says", layer));
}

void OdeTransformer::cross(const BlockContext& context, Trajectory& y) const {
  if (context.observer) context.observer->embedded(y.state);
  for (std::size_t layer = 0; layer < blocks_.size(); ++layer) {
    advance(layer, context, y);
    if (context.observer &&
        context.observer->layer_ended(static_cast<std::int64_t>(layer), y.state) == Observer::Verdict::kStop)
      return;
  }
  if (context.cache) context.cache->commit();
}

at::Tensor OdeTransformer::hidden(const PackedTokens& tokens, std::span<const std::int64_t> rows,
                                  const Pass& pass) const {
  check(tokens, pass);
  std::optional<c10::NoGradGuard> no_gradients;
  if (pass.purpose == Purpose::kInference) no_gradients.emplace();
  Trajectory y{embed(tokens), HistoryNodes(pass.purpose)};
  const BlockContext context = context_of(tokens, pass);
  cross(context, y);
  const at::Tensor index = at::tensor(at::ArrayRef<std::int64_t>(rows.data(), rows.size()), at::kLong);
  return final_norm_.in(numerics_.arithmetic)(y.state.index_select(0, index.to(device())), context.kernels);
}

LanguageModel::Head OdeTransformer::head() const {
  return [head = (head_ ? *head_ : embedding_.as_head()).in(numerics_.arithmetic)](const at::Tensor& rows) {
    const at::Tensor values = head(rows);
    return values.scalar_type() == at::kDouble ? values : values.to(at::kFloat);
  };
}

KvCache OdeTransformer::make_cache() const {
  return KvCache({first_slot_.back(), config_.num_key_value_heads, config_.head_dim},
                 at::TensorOptions(numerics_.cache).device(device()));
}

Leaves OdeTransformer::parameters() const {
  Leaves all;
  embedding_.list("model.embed_tokens", all);
  for (std::size_t layer = 0; layer < blocks_.size(); ++layer)
    blocks_[layer].list(fmt::format("model.layers.{}.", layer), all);
  all.insert(all.end(), steps_.parameters.begin(), steps_.parameters.end());
  final_norm_.list("model.norm", all);
  if (head_) head_->list("lm_head", all);
  return all;
}

std::int64_t OdeTransformer::parameter_count() const {
  std::int64_t count = 0;
  for (const NamedTensor& named : named_tensors(parameters())) count += named.tensor.numel();
  return count;
}

}  // namespace iiet
