#include "models/kernels/cpu/attention.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "models/kernels/cpu/vector_math.hpp"

namespace iiet::kernels::cpu {
namespace {

constexpr std::int64_t kLane =
    16;  // keys are padded to a multiple, so that loops over them have no remainder

/// One key head's keys and values of a segment, gathered from its spans: short spans would leave vectors
/// empty.
struct Gathered {
  std::vector<float> keys;    // [C][padded]
  std::vector<float> values;  // [keys][C]
  std::vector<float> scores;  // [padded]
  std::int64_t padded = 0;
};

void gather(const AttentionInput& in, const QuerySegment& segment, const KeySpan* spans, std::int64_t kv_head,
            Gathered& to) {
  to.padded = (segment.keys + kLane - 1) / kLane * kLane;
  to.keys.assign(static_cast<std::size_t>(in.width * to.padded), 0.0f);
  to.values.resize(static_cast<std::size_t>(segment.keys * in.width));
  to.scores.resize(static_cast<std::size_t>(to.padded));
  const float* keys = in.keys + kv_head * in.key_head_stride;
  const float* values = in.values + kv_head * in.value_head_stride;
  std::int64_t at = 0;
  for (std::size_t s = 0; s < segment.span_count; ++s) {
    for (std::int64_t c = 0; c < in.width; ++c)
      std::copy_n(keys + c * in.key_stride + spans[s].begin, spans[s].length,
                  to.keys.data() + c * to.padded + at);
    for (std::int64_t j = 0; j < spans[s].length; ++j)
      std::copy_n(values + (spans[s].begin + j) * in.value_stride, in.width,
                  to.values.data() + (at + j) * in.width);
    at += spans[s].length;
  }
}

/// scores = query · keys for 16 * Vectors neighbouring keys.
template <int Vectors>
IIET_INLINE void score_block(const float* query, const float* keys, std::int64_t stride, std::int64_t width,
                             float* scores) {
  Vec16 sums[Vectors] = {};
  for (std::int64_t c = 0; c < width; ++c)
    for (int v = 0; v < Vectors; ++v) sums[v] += query[c] * load<Vec16>(keys + c * stride + 16 * v);
  for (int v = 0; v < Vectors; ++v) store<Vec16>(scores + 16 * v) = sums[v];
}

/// out = Σ weights[j] values[j] / total for rows of `Vectors` vectors. `Partial` running sums hide the
/// latency of additions.
template <typename Vec, int Vectors, int Partial>
IIET_INLINE void mix(const float* weights, const float* values, std::int64_t count, float total, float* out) {
  constexpr int kLanes = sizeof(Vec) / sizeof(float);
  Vec sums[Partial][Vectors] = {};
  std::int64_t j = 0;
  for (; j + Partial <= count; j += Partial)
    for (int k = 0; k < Partial; ++k)
      for (int v = 0; v < Vectors; ++v)
        sums[k][v] += weights[j + k] * load<Vec>(values + ((j + k) * Vectors + v) * kLanes);
  for (; j < count; ++j)
    for (int v = 0; v < Vectors; ++v)
      sums[0][v] += weights[j] * load<Vec>(values + (j * Vectors + v) * kLanes);
  for (int v = 0; v < Vectors; ++v) {
    for (int k = 1; k < Partial; ++k) sums[0][v] += sums[k][v];
    store<Vec>(out + v * kLanes) = sums[0][v] / total;
  }
}

IIET_INLINE void mix(const float* weights, const float* values, std::int64_t count, float total,
                     std::int64_t width, float* out) {
  switch (width) {
    case 8:
      return mix<Vec8, 1, 4>(weights, values, count, total, out);
    case 16:
      return mix<Vec16, 1, 4>(weights, values, count, total, out);
    case 32:
      return mix<Vec16, 2, 2>(weights, values, count, total, out);
    case 64:
      return mix<Vec16, 4, 1>(weights, values, count, total, out);
    case 128:
      return mix<Vec16, 8, 1>(weights, values, count, total, out);
    default:
      break;
  }
  for (std::int64_t c = 0; c < width; ++c) out[c] = 0;
  for (std::int64_t j = 0; j < count; ++j)
    for (std::int64_t c = 0; c < width; ++c) out[c] += weights[j] * values[j * width + c];
  for (std::int64_t c = 0; c < width; ++c) out[c] /= total;
}

/// Largest of `count` scores, a multiple of 16. NaN does not count; it shows in the sum of exponentials.
IIET_INLINE float largest(const float* scores, std::int64_t count) {
  Vec16 best = load<Vec16>(scores);
  for (std::int64_t j = 16; j < count; j += 16) {
    const Vec16 next = load<Vec16>(scores + j);
    best = next > best ? next : best;
  }
  for (int half = 8; half > 0; half /= 2)
    for (int i = 0; i < half; ++i) best[i] = best[i + half] > best[i] ? best[i + half] : best[i];
  return best[0];
}

/// One query head over the first `visible` gathered keys.
struct Query {
  const float* data;
  std::int64_t visible, width;
  float scale;
};

IIET_DISPATCH void attend(const Query& query, Gathered& gathered, float* out) {
  float* scores = gathered.scores.data();
  const std::int64_t padded = (query.visible + kLane - 1) / kLane * kLane;
  std::int64_t j = 0;
  for (; j + 64 <= padded; j += 64)  // 64 sums stay in registers
    score_block<4>(query.data, gathered.keys.data() + j, gathered.padded, query.width, scores + j);
  for (; j < padded; j += kLane)
    score_block<1>(query.data, gathered.keys.data() + j, gathered.padded, query.width, scores + j);
  for (j = query.visible; j < padded; ++j) scores[j] = -std::numeric_limits<float>::infinity();
  const float best = largest(scores, padded);
  float total = 0;
  for (j = 0; j < padded; ++j) {
    scores[j] = exp((scores[j] - best) * query.scale);
    total += scores[j];
  }
  mix(scores, gathered.values.data(), query.visible, total, query.width, out);
}

}  // namespace

void attention(const AttentionInput& in, const AttentionPlan& plan, WorkItems items, float* out) {
  Gathered gathered;
  const std::int64_t group = in.heads / in.kv_heads;
  const float scale = 1.0f / std::sqrt(static_cast<float>(in.width));
  for (std::int64_t item = items.first; item < items.last; ++item) {
    const QuerySegment& segment = plan.segments[static_cast<std::size_t>(item / in.kv_heads)];
    const std::int64_t kv_head = item % in.kv_heads;
    gather(in, segment, plan.spans.data() + segment.first_span, kv_head, gathered);
    for (std::int64_t i = 0; i < segment.length; ++i)
      for (std::int64_t head = kv_head * group; head < (kv_head + 1) * group; ++head) {
        const std::int64_t at = segment.begin + i;
        attend({in.query + at * in.query_stride + head * in.width, segment.keys - segment.length + i + 1,
                in.width, scale},
               gathered, out + (at * in.heads + head) * in.width);
      }
  }
}

}  // namespace iiet::kernels::cpu
