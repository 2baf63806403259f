#pragma once

#include <cstdint>

#include "models/attention/plan.hpp"

namespace iiet::kernels::cpu {

enum class Element { kFloat, kBFloat16, kHalf };

/// Rows of heads of `width` neighbouring components; strides in elements.
struct Rows {
  const void* data;
  Element element;
  std::int64_t stride, head_stride;
};

/// Operands of attention (models/attention/attention.hpp) in memory.
struct AttentionInput {
  const float* query;  // rows query_stride floats apart, [H][C] each
  std::int64_t query_stride;
  Rows keys, values;
  std::int64_t heads, kv_heads, width;
};

/// Part of the work: item s * kv_heads + k is key head k, with its query heads, of segment s.
struct WorkItems {
  std::int64_t first, last;
};

/// Writes the items' rows of out [N][H][C]. Reads no keys and values but those of the items' segments.
void attention(const AttentionInput& in, const AttentionPlan& plan, WorkItems items, float* out);

}  // namespace iiet::kernels::cpu
