#include "models/ode_transformer.hpp"

#include <optional>

#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include "harness/base/error.hpp"
#include "models/kernels/kernels.hpp"

namespace iiet {
namespace {

/// Who sees what without a cache: a segment sees its ancestors' tokens and, causally, its own.
AttentionPlan plan_of(const PackedTokens& tokens) {
  AttentionPlan plan;
  std::vector<KeySpan> own;
  std::int64_t begin = 0;
  for (const Segment& segment : tokens.segments) {
    own.push_back({begin, segment.length});
    QuerySegment query{begin, segment.length, segment.length, plan.spans.size(), 1};
    if (segment.parent >= 0) {
      const QuerySegment& parent = plan.segments[static_cast<std::size_t>(segment.parent)];
      query.keys += parent.keys;
      query.span_count += parent.span_count;
      for (std::size_t i = 0; i < parent.span_count; ++i) {
        const KeySpan inherited = plan.spans[parent.first_span + i];
        plan.spans.push_back(inherited);
      }
    }
    plan.spans.push_back(own.back());
    plan.segments.push_back(query);
    begin += segment.length;
  }
  return plan;
}

/// The position of each token in its sequence: what its segment sees before it.
at::Tensor positions_of(const AttentionPlan& plan, std::size_t tokens) {
  at::Tensor positions = at::empty({static_cast<std::int64_t>(tokens)}, at::kLong);
  auto* p = positions.mutable_data_ptr<std::int64_t>();
  for (const QuerySegment& segment : plan.segments)
    for (std::int64_t i = 0; i < segment.length; ++i)
      p[segment.begin + i] = segment.keys - segment.length + i;
  return positions;
}

}  // namespace

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
  BlockContext context;
  context.cache = pass.cache;
  context.observer = pass.observer;
  context.purpose = pass.purpose;
  if (pass.cache) {
    context.append = pass.cache->append(tokens);
    context.plan = std::move(context.append.plan);
  } else {
    context.plan = plan_of(tokens);
  }
  context.angles =
      rotary_angles(frequencies_, positions_of(context.plan, tokens.ids.size()).to(frequencies_.device()));
  return context;
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
  cross(context_of(tokens, pass), pass, y);
  const at::Tensor index = at::tensor(at::ArrayRef<std::int64_t>(rows.data(), rows.size()), at::kLong);
  return kernels::rms_norm(y.state.index_select(0, index.to(device())), final_norm_, config_.rms_norm_eps);
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
