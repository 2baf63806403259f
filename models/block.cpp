#include "models/block.hpp"

namespace iiet {
namespace {

Linear::Bias bias_if(bool configured) { return configured ? Linear::Bias::kAdded : Linear::Bias::kNone; }

}  // namespace

Block::Block(const ModelConfig& config, at::TensorOptions options)
    : width_(config.hidden_size),
      inner_width_(config.intermediate_size),
      heads_(config.num_attention_heads),
      kv_heads_(config.num_key_value_heads),
      head_dim_(config.head_dim),
      attention_norm_(width_, config.rms_norm_eps, options),
      mlp_norm_(width_, config.rms_norm_eps, options),
      qkv_({width_, (heads_ + 2 * kv_heads_) * head_dim_}, bias_if(config.attention_bias), options),
      output_({heads_ * head_dim_, width_}, bias_if(config.attention_bias), options),
      gate_up_({width_, 2 * inner_width_}, bias_if(config.mlp_bias), options),
      down_({inner_width_, width_}, bias_if(config.mlp_bias), options) {}

Block Block::in(at::ScalarType arithmetic) const {
  Block result = *this;
  for (RmsNorm* norm : {&result.attention_norm_, &result.mlp_norm_}) *norm = norm->in(arithmetic);
  for (Linear* linear : {&result.qkv_, &result.output_, &result.gate_up_, &result.down_})
    *linear = linear->in(arithmetic);
  return result;
}

at::Tensor Block::operator()(const at::Tensor& x, const BlockContext& context, std::int64_t slot) const {
  const at::Tensor a = x + attend(attention_norm_(x, context.kernels), context, slot);
  return a + down_(context.kernels.silu_mul(gate_up_(mlp_norm_(a, context.kernels))));
}

at::Tensor Block::attend(const at::Tensor& x, const BlockContext& context, std::int64_t slot) const {
  const at::Tensor qkv = qkv_(x).unflatten(1, {heads_ + 2 * kv_heads_, head_dim_});
  const at::Tensor qk =
      context.kernels.rotate(qkv.narrow(1, 0, heads_ + kv_heads_), context.angles.cos, context.angles.sin);
  const at::Tensor q = qk.narrow(1, 0, heads_);
  at::Tensor k = qk.narrow(1, heads_, kv_heads_), v = qkv.narrow(1, heads_ + kv_heads_, kv_heads_);
  if (context.cache) {
    context.cache->store(slot, context.append, k, v);
    k = context.cache->keys(slot);
    v = context.cache->values(slot);
  }
  return output_(context.kernels.attention(q, k, v, context.plan));
}

void Block::list(const std::string& prefix, Leaves& leaves) const {
  const std::int64_t q = heads_ * head_dim_, kv = kv_heads_ * head_dim_;
  const std::string attention = prefix + "self_attn.", mlp = prefix + "mlp.";
  attention_norm_.list(prefix + "input_layernorm", leaves);
  qkv_.list({{attention + "q_proj", q}, {attention + "k_proj", kv}, {attention + "v_proj", kv}}, leaves);
  output_.list(attention + "o_proj", leaves);
  mlp_norm_.list(prefix + "post_attention_layernorm", leaves);
  gate_up_.list({{mlp + "gate_proj", inner_width_}, {mlp + "up_proj", inner_width_}}, leaves);
  down_.list(mlp + "down_proj", leaves);
}

}  // namespace iiet
