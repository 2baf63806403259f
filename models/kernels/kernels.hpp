#pragma once

#include <cstdint>

#include <ATen/ATen.h>

#include "models/attention/lowered_plan.hpp"
#include "models/numerics.hpp"

namespace iiet {

/// Natural log of the sum of exponentials and the first largest column of each row of logits.
struct RowMaxima {
  at::Tensor log_sum_exp;  // [R], float64: float32 would round away what a probable token has left
  at::Tensor argmax;       // [R], int64
};

/// The one place that decides which implementation an operation takes; chosen once a pass and carried by
/// BlockContext. There are
///   - kernels of ours for the CPU (kernels/cpu): inference, arithmetic in float32; attention also with
///     bfloat16 and float16 in queries and cache,
///   - LibTorch's variable-length flash attention on CUDA: inference in float16 and bfloat16 on cards from
///     compute capability 8.0 on, head sizes up to 256 that are multiples of 8,
///   - LibTorch operators for the rest and for training: the `…_reference` twins, which differentiate, and
///   for
///     attention EqualBatch or Rectangles (attention/attention.hpp).
/// A kernel for another device is a folder beside kernels/cpu and a case in the constructor here.
class Kernels {
 public:
  struct Setting {
    at::Device device;
    Numerics numerics;
    Purpose purpose = Purpose::kInference;
    std::int64_t head_dim = 0;  // for attention
  };
  explicit Kernels(const Setting& setting);

  /// RMSNorm over the last dimension, computed in float32 at least: x / sqrt(mean(x²) + eps) * weight.
  /// x [N,D], weight [D].
  at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps) const;
  /// Rotary positions, half-rotation style, on all heads of x [N,H,C] (rows may be strided); cos, sin [N,C/2]
  /// in float32 or float64.
  at::Tensor rotate(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin) const;
  /// SwiGLU's gate: silu(x[:, :F]) * x[:, F:] for x [N,2F]; result [N,F].
  at::Tensor silu_mul(const at::Tensor& x) const;
  /// logits [R,V]: float64 if the arithmetic is, else float32.
  RowMaxima row_maxima(const at::Tensor& logits) const;

  /// The plan as attention() here wants it.
  LoweredPlan lower(AttentionPlan plan) const;
  /// Softmax attention (attention/attention.hpp): query [N,H,C], keys and values [M,K,C] -> [N,H*C].
  at::Tensor attention(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values,
                       const LoweredPlan& plan) const;

 private:
  enum class Attention { kCpu, kFlash, kOperators };

  /// Rectangles whose masks are made: backward keeps those of all evaluations, which so are one.
  Rectangles for_training(const AttentionPlan& plan) const;

  at::Device device_;
  at::ScalarType arithmetic_;
  Purpose purpose_;
  bool own_elementwise_, own_row_maxima_;  // kernels of ours
  Attention attention_;
};

namespace kernels {

/// The same by LibTorch operators: any device, differentiable; what tests compare with.
at::Tensor rms_norm_reference(const at::Tensor& x, const at::Tensor& weight, double eps);
at::Tensor rotate_reference(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin);
at::Tensor silu_mul_reference(const at::Tensor& x);
RowMaxima row_maxima_reference(const at::Tensor& logits);

}  // namespace kernels
}  // namespace iiet
