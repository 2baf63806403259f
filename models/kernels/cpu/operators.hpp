#pragma once

#include <ATen/ATen.h>

#include "models/attention/plan.hpp"
#include "models/kernels/kernels.hpp"

// The kernels of ours for the CPU as operators on tensors: no gradients. Contracts are those of Kernels.

namespace iiet::kernels {

/// float32 only.
at::Tensor cpu_rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps);
at::Tensor cpu_rotate(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin);
at::Tensor cpu_silu_mul(const at::Tensor& x);
RowMaxima cpu_row_maxima(const at::Tensor& logits);

}  // namespace iiet::kernels

namespace iiet {

/// Attention (attention/attention.hpp) by the kernel of ours. Query, and keys with values, are float32,
/// bfloat16 or float16; only rows that the plan names are read and converted. Components of a row are next to
/// each other, and so are the heads of a query.
at::Tensor attention(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values,
                     const AttentionPlan& plan);

}  // namespace iiet
