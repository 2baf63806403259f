#pragma once

#include <ATen/ATen.h>

#include "models/attention/lowered_plan.hpp"

namespace iiet {

/// Attention to some of the keys, with what is needed to add others exactly: the softmax over A and B is the
/// mean of the softmaxes over A and over B, weighted by their sums of exponentials.
struct PartialAttention {
  at::Tensor output;       // [N,H,C]
  at::Tensor log_sum_exp;  // [N,H], natural log, of scaled scores; float32 or float64; -inf: no keys yet

  /// Adds what the rows `rows` (int64; undefined: all in order) see besides. Sums are made in the type of
  /// log_sum_exp, which `output` has afterwards.
  void merge(const PartialAttention& other, const at::Tensor& rows);
};

/// The result for the queries of a part, in their order. CUDA: LibTorch's variable-length flash attention
/// (float16, bfloat16; see Kernels for what it asks of the card). Elsewhere its twin, one group after the
/// other. `query` [N,H,C]; `keys`, `values` [M,K,C].
PartialAttention attend(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values,
                        const Part& part);

}  // namespace iiet
