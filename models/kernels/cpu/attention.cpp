#include "models/kernels/cpu/attention.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "models/kernels/cpu/vector_math.hpp"

namespace iiet::kernels::cpu {
namespace {

constexpr std::int64_t kBlock = 64;  // keys scored together: their sums stay in registers

/// One query head against the keys of its segment.
struct Row {
  const float* query;   // [C]
  const float* keys;    // [C][key_stride]
  const float* values;  // rows value_stride apart
  std::int64_t key_stride, value_stride, width;
  float scale;
};

IIET_INLINE void score_block(const Row& row, std::int64_t first, std::int64_t count, float* scores) {
  if (count == kBlock) {
    float sums[kBlock] = {};
    for (std::int64_t c = 0; c < row.width; ++c) {
      const float* key = row.keys + c * row.key_stride + first;
      const float q = row.query[c];
      for (std::int64_t j = 0; j < kBlock; ++j) sums[j] += q * key[j];
    }
    for (std::int64_t j = 0; j < kBlock; ++j) scores[j] = sums[j] * row.scale;
    return;
  }
  for (std::int64_t j = 0; j < count; ++j) scores[j] = 0;
  for (std::int64_t c = 0; c < row.width; ++c) {
    const float* key = row.keys + c * row.key_stride + first;
    const float q = row.query[c];
    for (std::int64_t j = 0; j < count; ++j) scores[j] += q * key[j];
  }
  for (std::int64_t j = 0; j < count; ++j) scores[j] *= row.scale;
}

/// Σ weights[j] values[first + j]; a width known at compile time keeps the sums in registers.
template <int Width>
IIET_INLINE void add_values(const Row& row, KeySpan span, const float* weights, float* out) {
  float sums[Width];
  for (int c = 0; c < Width; ++c) sums[c] = out[c];
  for (std::int64_t j = 0; j < span.length; ++j) {
    const float* value = row.values + (span.begin + j) * row.value_stride;
    for (int c = 0; c < Width; ++c) sums[c] += weights[j] * value[c];
  }
  for (int c = 0; c < Width; ++c) out[c] = sums[c];
}

IIET_INLINE void add_values(const Row& row, KeySpan span, const float* weights, float* out) {
  switch (row.width) {
    case 8:
      return add_values<8>(row, span, weights, out);
    case 16:
      return add_values<16>(row, span, weights, out);
    case 32:
      return add_values<32>(row, span, weights, out);
    case 64:
      return add_values<64>(row, span, weights, out);
    default:
      for (std::int64_t j = 0; j < span.length; ++j) {
        const float* value = row.values + (span.begin + j) * row.value_stride;
        for (std::int64_t c = 0; c < row.width; ++c) out[c] += weights[j] * value[c];
      }
  }
}

/// out[C] = softmax(scale q·K) V over the first `visible` keys of the spans; `scores` holds that many.
IIET_DISPATCH void attend(const Row& row, const KeySpan* spans, std::int64_t visible, float* scores,
                          float* out) {
  std::int64_t done = 0;
  for (const KeySpan* span = spans; done < visible; ++span) {
    const std::int64_t length = std::min(span->length, visible - done);
    for (std::int64_t j = 0; j < length; j += kBlock)
      score_block(row, span->begin + j, std::min(kBlock, length - j), scores + done + j);
    done += length;
  }
  float best = scores[0];
  for (std::int64_t j = 1; j < visible; ++j) best = scores[j] > best ? scores[j] : best;
  float sum = 0;
  for (std::int64_t j = 0; j < visible; ++j) {
    scores[j] = exp(scores[j] - best);
    sum += scores[j];
  }
  for (std::int64_t c = 0; c < row.width; ++c) out[c] = 0;
  done = 0;
  for (const KeySpan* span = spans; done < visible; ++span) {
    const std::int64_t length = std::min(span->length, visible - done);
    add_values(row, KeySpan{span->begin, length}, scores + done, out);
    done += length;
  }
  for (std::int64_t c = 0; c < row.width; ++c) out[c] /= sum;
}

}  // namespace

void attention(const AttentionInput& in, const AttentionPlan& plan, WorkItems items, float* out) {
  std::vector<float> scores;
  const float scale = 1.0f / std::sqrt(static_cast<float>(in.width));
  for (std::int64_t item = items.first; item < items.last; ++item) {
    const QuerySegment& segment = plan.segments[static_cast<std::size_t>(item / in.heads)];
    const std::int64_t head = item % in.heads, kv_head = head / (in.heads / in.kv_heads);
    scores.resize(static_cast<std::size_t>(segment.keys));
    for (std::int64_t i = 0; i < segment.length; ++i) {
      const std::int64_t at = segment.begin + i;
      const Row row{in.query + at * in.query_stride + head * in.width,
                    in.keys + kv_head * in.key_head_stride,
                    in.values + kv_head * in.value_head_stride,
                    in.key_stride,
                    in.value_stride,
                    in.width,
                    scale};
      attend(row, plan.spans.data() + segment.first_span, segment.keys - segment.length + i + 1,
             scores.data(), out + (at * in.heads + head) * in.width);
    }
  }
}

}  // namespace iiet::kernels
