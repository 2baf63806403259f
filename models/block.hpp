#pragma once

#include <ATen/ATen.h>

#include "models/config.hpp"
#include "models/kernels/kernels.hpp"
#include "models/kv_cache.hpp"
#include "models/linear.hpp"
#include "models/norm.hpp"
#include "models/observer.hpp"
#include "models/rope.hpp"

namespace iiet {

/// What all blocks of one forward pass share.
struct BlockContext {
  Kernels kernels;
  LoweredPlan plan;     // keys: rows of this pass, or of the cache
  RotaryAngles angles;  // of the new tokens' positions
  KvCache* cache = nullptr;
  KvCache::Append append;  // where the new tokens' keys go, with a cache
  Observer* observer = nullptr;
};

/// A pre-norm Llama layer with both residuals inside, Φ(x) = x + F(x) (models.md 1.1):
///   a = x + Attention(RMSNorm(x)),  Φ(x) = a + down(silu(gate) * up)(RMSNorm(a)).
/// Grouped query heads, rotary positions, optional biases. q, k, v are one matrix, gate and up another.
class Block {
 public:
  Block(const ModelConfig& config, at::TensorOptions options);

  /// The same numbers in the type of the arithmetic; shared where they have it already.
  Block in(at::ScalarType arithmetic) const;

  /// x [N,D], in the type of the parameters -> [N,D]; `slot` is the cache slot of this layer and evaluation.
  at::Tensor operator()(const at::Tensor& x, const BlockContext& context, std::int64_t slot) const;

  /// Leaves with their slices under `prefix` (`model.layers.3.`).
  void list(const std::string& prefix, Leaves& leaves) const;

 private:
  at::Tensor attend(const at::Tensor& x, const BlockContext& context, std::int64_t slot) const;

  std::int64_t width_, inner_width_, heads_, kv_heads_, head_dim_;
  RmsNorm attention_norm_, mlp_norm_;
  Linear qkv_, output_;    // D -> (H+2K)C, HC -> D
  Linear gate_up_, down_;  // D -> 2F, F -> D
};

}  // namespace iiet
