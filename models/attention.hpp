#pragma once

#include <ATen/ATen.h>

#include "models/attention_plan.hpp"

namespace iiet {

/// Softmax attention over packed rows, scale 1/sqrt(C), softmax in float32 (float64 for float64).
/// `query` [N,H,C]; `keys` [K,C,M] (transposed: a key is a column); `values` [K,M,C]; H a multiple of K,
/// query head h reads key head h / (H/K). Result [N,H*C] in the type of `query`. On the CPU without gradients
/// a kernel of ours runs, elsewhere attention_reference.
at::Tensor attention(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values,
                     const AttentionPlan& plan);

/// The same by LibTorch operators on padded rows: any device, differentiable.
at::Tensor attention_reference(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values,
                               const AttentionPlan& plan);

}  // namespace iiet
