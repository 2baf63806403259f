#pragma once

#include <ATen/ATen.h>

#include "models/attention/lowered_plan.hpp"

// Softmax attention over packed rows, scale 1/sqrt(C), softmax in float32 (float64 for float64).
// `query` [N,H,C]; `keys`, `values` [M,K,C], of any type; H a multiple of K, query head h reads key head
// h / (H/K). Rows may be strided. Result [N,H*C] in the type of `query`. Which of these runs is the choice of
// Kernels (models/kernels/kernels.hpp); the kernel of ours for the CPU is behind kernels/cpu/attention.hpp.

namespace iiet {

/// LibTorch's fused operator on views of the rows: any device, differentiable.
at::Tensor attention(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values,
                     const EqualBatch& batch);

/// The same operator on padded rows: any plan, any device, differentiable.
at::Tensor attention(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values,
                     const Rectangles& plan);

/// Variable-length attention in parts (partial.hpp): any plan, no gradients.
at::Tensor attention(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values,
                     const Parts& plan);

/// The definition, one segment after the other: what tests compare all of them with.
at::Tensor attention_reference(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values,
                               const AttentionPlan& plan);

}  // namespace iiet
