#include "models/block.hpp"

namespace iiet {

Block::Block(const ModelConfig& config, at::TensorOptions options)
    : heads_(config.num_attention_heads),
      kv_heads_(config.num_key_value_heads),
      head_dim_(config.head_dim),
      eps_(config.rms_norm_eps) {
  const std::int64_t d = config.hidden_size, f = config.intermediate_size;
  const std::int64_t q = heads_ * head_dim_, qkv = q + 2 * kv_heads_ * head_dim_;
  attention_norm_ = at::empty({d}, options);
  mlp_norm_ = at::empty({d}, options);
  qkv_ = at::empty({qkv, d}, options);
  output_ = at::empty({d, q}, options);
  gate_up_ = at::empty({2 * f, d}, options);
  down_ = at::empty({d, f}, options);
  if (config.attention_bias) {
    qkv_bias_ = at::empty({qkv}, options);
    output_bias_ = at::empty({d}, options);
  }
  if (config.mlp_bias) {
    gate_up_bias_ = at::empty({2 * f}, options);
    down_bias_ = at::empty({d}, options);
  }
}

at::Tensor Block::operator()(const at::Tensor& x, const BlockContext& context, std::int64_t slot) const {
  const at::Tensor a = x + attend(context.kernels.rms_norm(x, attention_norm_, eps_), context, slot);
  const at::Tensor gate_up =
      at::linear(context.kernels.rms_norm(a, mlp_norm_, eps_), gate_up_, gate_up_bias_);
  return a + at::linear(context.kernels.silu_mul(gate_up), down_, down_bias_);
}

at::Tensor Block::attend(const at::Tensor& x, const BlockContext& context, std::int64_t slot) const {
  const at::Tensor qkv = at::linear(x, qkv_, qkv_bias_).unflatten(1, {heads_ + 2 * kv_heads_, head_dim_});
  const at::Tensor qk =
      context.kernels.rotate(qkv.narrow(1, 0, heads_ + kv_heads_), context.angles.cos, context.angles.sin);
  const at::Tensor q = qk.narrow(1, 0, heads_);
  at::Tensor k = qk.narrow(1, heads_, kv_heads_), v = qkv.narrow(1, heads_ + kv_heads_, kv_heads_);
  if (context.cache) {
    context.cache->store(slot, context.append, k, v);
    k = context.cache->keys(slot);
    v = context.cache->values(slot);
  }
  return at::linear(context.kernels.attention(q, k, v, context.plan), output_, output_bias_);
}

void Block::list(const std::string& prefix, Parameters& parameters) const {
  const std::int64_t q = heads_ * head_dim_, kv = kv_heads_ * head_dim_, f = down_.size(1);
  const auto rows = [&](const std::string& name, const at::Tensor& weight, const at::Tensor& bias,
                        std::int64_t first, std::int64_t count) {
    parameters.push_back(
        {prefix + name + ".weight", weight.narrow(0, first, count), Initialisation::kNormal});
    if (bias.defined())
      parameters.push_back({prefix + name + ".bias", bias.narrow(0, first, count), Initialisation::kZeros});
  };
  parameters.push_back({prefix + "input_layernorm.weight", attention_norm_, Initialisation::kOnes});
  rows("self_attn.q_proj", qkv_, qkv_bias_, 0, q);
  rows("self_attn.k_proj", qkv_, qkv_bias_, q, kv);
  rows("self_attn.v_proj", qkv_, qkv_bias_, q + kv, kv);
  rows("self_attn.o_proj", output_, output_bias_, 0, output_.size(0));
  parameters.push_back({prefix + "post_attention_layernorm.weight", mlp_norm_, Initialisation::kOnes});
  rows("mlp.gate_proj", gate_up_, gate_up_bias_, 0, f);
  rows("mlp.up_proj", gate_up_, gate_up_bias_, f, f);
  rows("mlp.down_proj", down_, down_bias_, 0, down_.size(0));
}

}  // namespace iiet
