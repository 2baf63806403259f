#pragma once

#include <cstdint>

#include "models/attention_plan.hpp"

namespace iiet::kernels::cpu {

/// Operands of attention (models/attention.hpp) in memory, float32; strides in floats.
struct AttentionInput {
  const float* query;  // rows query_stride apart, heads next to each other, [H][C] each
  const float* keys;   // heads key_head_stride apart; component c of all keys in a row, rows key_stride apart
  const float*
      values;  // heads value_head_stride apart; a value's components in a row, rows value_stride apart
  std::int64_t heads, kv_heads, width;
  std::int64_t query_stride, key_head_stride, key_stride, value_head_stride, value_stride;
};

/// Part of the work: item s * kv_heads + k is key head k, with its query heads, of segment s.
struct WorkItems {
  std::int64_t first, last;
};

/// Writes the items' rows of out [N][H][C].
void attention(const AttentionInput& in, const AttentionPlan& plan, WorkItems items, float* out);

}  // namespace iiet::kernels::cpu
