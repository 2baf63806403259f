#pragma once

#include <cstdint>
#include <vector>

#include <ATen/ATen.h>

#include "models/attention.hpp"

namespace iiet::kernels {

/// The elementwise parts of a block. Each runs a kernel of ours on the CPU in float32 without gradients, and
/// LibTorch operators elsewhere; the latter are the `…_reference` twins that tests compare with.

/// RMSNorm over the last dimension, computed in float32 at least: x / sqrt(mean(x²) + eps) * weight. x [N,D],
/// weight [D].
at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps);
at::Tensor rms_norm_reference(const at::Tensor& x, const at::Tensor& weight, double eps);

/// Rotary positions, half-rotation style, on all heads of x [N,H,C] (rows may be strided); cos, sin [N,C/2]
/// in float32 or float64.
at::Tensor rotate(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin);
at::Tensor rotate_reference(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin);

/// SwiGLU's gate: silu(x[:, :F]) * x[:, F:] for x [N,2F]; result [N,F].
at::Tensor silu_mul(const at::Tensor& x);
at::Tensor silu_mul_reference(const at::Tensor& x);

/// Natural log of the sum of exponentials and the first largest column of each row of logits [R,V] (float32
/// or float64).
struct RowMaxima {
  at::Tensor log_sum_exp;  // [R], float64: float32 would round away what a probable token has left
  at::Tensor argmax;       // [R], int64
};
RowMaxima row_maxima(const at::Tensor& logits);
RowMaxima row_maxima_reference(const at::Tensor& logits);

/// True where the kernels of ours may run: CPU, and no gradient is wanted.
bool on_cpu_without_gradient(const at::Tensor& x);

/// The CPU kernel behind `attention` (models/attention.hpp); float32 only, keys with stride 1 in their last
/// dimension.
at::Tensor cpu_attention(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values,
                         const AttentionPlan& plan);

}  // namespace iiet::kernels
