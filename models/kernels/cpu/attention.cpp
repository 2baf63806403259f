#include "models/kernels/cpu/attention.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "models/kernels/cpu/vector_math.hpp"

namespace iiet::kernels::cpu {
namespace {

// Keys are padded to a multiple, so that loops over them have no remainder.
constexpr std::int64_t kLane = 16;

// With so few queries a segment's keys are read where they lie, if they fill vectors; else they are gathered
// once for all queries, so that vectors hold a component of many keys.
constexpr std::int64_t kQueriesWithoutGathering = 4, kWidthWithoutGathering = 32;

// 16-bit rows are converted so many at a time, so that they are still in the cache when they are used.
constexpr std::int64_t kRowsAtATime = 32;

std::int64_t padded_to_lanes(std::int64_t keys) { return (keys + kLane - 1) / kLane * kLane; }

/// One head's rows as floats.
struct FloatRows {
  const float* data;
  std::int64_t stride;
};

/// Memory of one thread.
struct Workspace {
  std::vector<float> keys;       // [C][padded], gathered
  std::vector<float> values;     // [keys][C], gathered
  std::vector<float> scores;     // [padded]
  std::vector<float> converted;  // [kRowsAtATime][C]
  std::int64_t padded = 0;
};

/// The keys of one segment for one key head.
struct Source {
  const AttentionInput& in;
  std::int64_t head;
  const KeySpan* spans;
  std::size_t span_count;
};

template <typename T>
IIET_INLINE void convert(const T* from, std::int64_t stride, std::int64_t count, std::int64_t width,
                         float* to) {
  for (std::int64_t j = 0; j < count; ++j)
    for (std::int64_t c = 0; c < width; ++c) to[j * width + c] = to_float(from[j * stride + c]);
}

/// Rows [first, first + count) of a head to to [count][width].
IIET_DISPATCH void convert(const Rows& rows, std::int64_t head, KeySpan span, std::int64_t width, float* to) {
  const std::int64_t at = span.begin * rows.stride + head * rows.head_stride;
  switch (rows.element) {
    case Element::kFloat:
      return convert(static_cast<const float*>(rows.data) + at, rows.stride, span.length, width, to);
    case Element::kBFloat16:
      return convert(static_cast<const BFloat16*>(rows.data) + at, rows.stride, span.length, width, to);
    case Element::kHalf:
      return convert(static_cast<const Half*>(rows.data) + at, rows.stride, span.length, width, to);
  }
}

/// Float rows where they lie, others converted; these at most kRowsAtATime.
FloatRows floats(const Rows& rows, std::int64_t head, KeySpan span, std::int64_t width, Workspace& work) {
  if (rows.element == Element::kFloat)
    return {static_cast<const float*>(rows.data) + span.begin * rows.stride + head * rows.head_stride,
            rows.stride};
  convert(rows, head, span, width, work.converted.data());
  return {work.converted.data(), width};
}

/// Calls use(first key, count, rows) for all of the first `keys` keys, some at a time.
template <typename Use>
void for_runs(const Source& source, const Rows& rows, std::int64_t keys, Workspace& work, const Use& use) {
  const std::int64_t most = rows.element == Element::kFloat ? keys : kRowsAtATime;
  std::int64_t at = 0;
  for (std::size_t s = 0; s < source.span_count; ++s)
    for (KeySpan span = source.spans[s]; span.length > 0 && at < keys;) {
      const std::int64_t count = std::min({span.length, most, keys - at});
      use(at, count, floats(rows, source.head, {span.begin, count}, source.in.width, work));
      span = {span.begin + count, span.length - count};
      at += count;
    }
}

/// An 8 × 8 tile of rows to columns.
IIET_INLINE void transpose_tile(const float* rows, std::int64_t stride, float* to, std::int64_t to_stride) {
  Vec8 a[8], b[8];
  for (int i = 0; i < 8; ++i) a[i] = load<Vec8>(rows + i * stride);
  for (int i = 0; i < 8; i += 2) {  // pairs of neighbours
    b[i] = __builtin_shuffle(a[i], a[i + 1], Lanes8{0, 8, 1, 9, 4, 12, 5, 13});
    b[i + 1] = __builtin_shuffle(a[i], a[i + 1], Lanes8{2, 10, 3, 11, 6, 14, 7, 15});
  }
  for (int i = 0; i < 8; i += 4)  // pairs of pairs
    for (int k = 0; k < 2; ++k) {
      a[i + 2 * k] = __builtin_shuffle(b[i + k], b[i + k + 2], Lanes8{0, 1, 8, 9, 4, 5, 12, 13});
      a[i + 2 * k + 1] = __builtin_shuffle(b[i + k], b[i + k + 2], Lanes8{2, 3, 10, 11, 6, 7, 14, 15});
    }
  for (int i = 0; i < 4; ++i) {  // halves
    store<Vec8>(to + i * to_stride) = __builtin_shuffle(a[i], a[i + 4], Lanes8{0, 1, 2, 3, 8, 9, 10, 11});
    store<Vec8>(to + (i + 4) * to_stride) =
        __builtin_shuffle(a[i], a[i + 4], Lanes8{4, 5, 6, 7, 12, 13, 14, 15});
  }
}

/// to[c][j] = rows[j][c] for `count` rows.
IIET_DISPATCH void transpose(FloatRows rows, std::int64_t count, std::int64_t width, float* to,
                             std::int64_t to_stride) {
  const std::int64_t tiled = count / 8 * 8, tiled_width = width / 8 * 8;
  for (std::int64_t j = 0; j < tiled; j += 8)
    for (std::int64_t c = 0; c < tiled_width; c += 8)
      transpose_tile(rows.data + j * rows.stride + c, rows.stride, to + c * to_stride + j, to_stride);
  for (std::int64_t c = 0; c < width; ++c)
    for (std::int64_t j = c < tiled_width ? tiled : 0; j < count; ++j)
      to[c * to_stride + j] = rows.data[j * rows.stride + c];
}

/// Gathers a segment's keys, component by component.
void gather_keys(const Source& source, std::int64_t keys, Workspace& work) {
  const std::int64_t width = source.in.width;
  work.padded = padded_to_lanes(keys);
  work.keys.resize(static_cast<std::size_t>(width * work.padded));
  for (std::int64_t c = 0; c < width; ++c)
    std::fill_n(work.keys.data() + (c + 1) * work.padded - kLane, kLane, 0.0f);
  for_runs(source, source.in.keys, keys, work, [&](std::int64_t at, std::int64_t count, FloatRows rows) {
    transpose(rows, count, width, work.keys.data() + at, work.padded);
  });
}

/// A segment's values as one run of rows: where they lie if they are one, else gathered.
FloatRows gather_values(const Source& source, std::int64_t keys, Workspace& work) {
  const Rows& rows = source.in.values;
  const std::int64_t width = source.in.width;
  if (source.span_count == 1 && rows.element == Element::kFloat)
    return floats(rows, source.head, source.spans[0], width, work);
  work.values.resize(static_cast<std::size_t>(keys * width));
  std::int64_t at = 0;
  for (std::size_t s = 0; s < source.span_count; at += source.spans[s++].length)
    convert(rows, source.head, source.spans[s], width, work.values.data() + at * width);
  return {work.values.data(), width};
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

/// out += Σ weights[j] rows[j] for rows of `Vectors` vectors. `Partial` running sums hide the latency of
/// additions.
template <typename Vec, int Vectors, int Partial>
IIET_INLINE void mix(const float* weights, FloatRows rows, std::int64_t count, float* out) {
  constexpr int kLanes = sizeof(Vec) / sizeof(float);
  Vec sums[Partial][Vectors] = {};
  for (int v = 0; v < Vectors; ++v) sums[0][v] = load<Vec>(out + v * kLanes);
  std::int64_t j = 0;
  for (; j + Partial <= count; j += Partial)
    for (int k = 0; k < Partial; ++k)
      for (int v = 0; v < Vectors; ++v)
        sums[k][v] += weights[j + k] * load<Vec>(rows.data + (j + k) * rows.stride + v * kLanes);
  for (; j < count; ++j)
    for (int v = 0; v < Vectors; ++v)
      sums[0][v] += weights[j] * load<Vec>(rows.data + j * rows.stride + v * kLanes);
  for (int v = 0; v < Vectors; ++v) {
    for (int k = 1; k < Partial; ++k) sums[0][v] += sums[k][v];
    store<Vec>(out + v * kLanes) = sums[0][v];
  }
}

IIET_INLINE void mix_rows(const float* weights, FloatRows rows, std::int64_t count, std::int64_t width,
                          float* out) {
  switch (width) {
    case 8:
      return mix<Vec8, 1, 4>(weights, rows, count, out);
    case 16:
      return mix<Vec16, 1, 4>(weights, rows, count, out);
    case 32:
      return mix<Vec16, 2, 2>(weights, rows, count, out);
    case 64:
      return mix<Vec16, 4, 1>(weights, rows, count, out);
    case 128:
      return mix<Vec16, 8, 1>(weights, rows, count, out);
    default:
      break;
  }
  for (std::int64_t j = 0; j < count; ++j)
    for (std::int64_t c = 0; c < width; ++c) out[c] += weights[j] * rows.data[j * rows.stride + c];
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

/// One query head and the number of keys it sees.
struct Query {
  const float* data;
  std::int64_t visible;
};

/// Scores of keys as they lie: scores[j] = query · rows[j].
IIET_DISPATCH void score(const float* query, FloatRows rows, std::int64_t count, std::int64_t width,
                         float* scores) {
  for (std::int64_t j = 0; j < count; ++j) {
    float sum = 0;
    for (std::int64_t c = 0; c < width; ++c) sum += query[c] * rows.data[j * rows.stride + c];
    scores[j] = sum;
  }
}

IIET_DISPATCH void mix(const float* weights, FloatRows rows, std::int64_t count, std::int64_t width,
                       float* out) {
  mix_rows(weights, rows, count, width, out);
}

/// Turns `visible` scores into e^((score - largest) * scale), others up to `padded` into 0; their sum.
IIET_INLINE float softmax_terms(float* scores, std::int64_t visible, std::int64_t padded, float scale) {
  for (std::int64_t j = visible; j < padded; ++j) scores[j] = -std::numeric_limits<float>::infinity();
  const float best = largest(scores, padded);
  float total = 0;
  for (std::int64_t j = 0; j < padded; ++j) {
    scores[j] = exp((scores[j] - best) * scale);
    total += scores[j];
  }
  return total;
}

IIET_DISPATCH float exponentials(float* scores, std::int64_t visible, std::int64_t padded, float scale) {
  return softmax_terms(scores, visible, padded, scale);
}

/// One query head over gathered keys, in one function: the rows of a small model are over before calls are.
IIET_DISPATCH void attend_gathered(Query query, std::int64_t padded, FloatRows values, Workspace& work,
                                   std::int64_t width, float* out) {
  float* const scores = work.scores.data();
  std::int64_t j = 0;
  for (; j + 64 <= padded; j += 64)  // 64 sums stay in registers
    score_block<4>(query.data, work.keys.data() + j, work.padded, width, scores + j);
  for (; j < padded; j += kLane)
    score_block<1>(query.data, work.keys.data() + j, work.padded, width, scores + j);
  const float total =
      softmax_terms(scores, query.visible, padded, 1.0f / std::sqrt(static_cast<float>(width)));
  for (std::int64_t c = 0; c < width; ++c) out[c] = 0;
  mix_rows(scores, values, query.visible, width, out);
  for (std::int64_t c = 0; c < width; ++c) out[c] /= total;
}

/// One query head over keys and values where they lie.
void attend_in_place(const Source& source, Query query, Workspace& work, float* out) {
  const std::int64_t width = source.in.width, padded = padded_to_lanes(query.visible);
  float* const scores = work.scores.data();
  for_runs(source, source.in.keys, query.visible, work,
           [&](std::int64_t at, std::int64_t count, FloatRows rows) {
             score(query.data, rows, count, width, scores + at);
           });
  const float total =
      exponentials(scores, query.visible, padded, 1.0f / std::sqrt(static_cast<float>(width)));
  std::fill_n(out, width, 0.0f);
  for_runs(source, source.in.values, query.visible, work,
           [&](std::int64_t at, std::int64_t count, FloatRows rows) {
             mix(scores + at, rows, count, width, out);
           });
  for (std::int64_t c = 0; c < width; ++c) out[c] /= total;
}

}  // namespace

void attention(const AttentionInput& in, const AttentionPlan& plan, WorkItems items, float* out) {
  Workspace work;
  work.converted.resize(static_cast<std::size_t>(kRowsAtATime * in.width));
  const std::int64_t group = in.heads / in.kv_heads;
  for (std::int64_t item = items.first; item < items.last; ++item) {
    const QuerySegment& segment = plan.segments[static_cast<std::size_t>(item / in.kv_heads)];
    const std::int64_t kv_head = item % in.kv_heads;
    const Source source{in, kv_head, plan.spans.data() + segment.first_span, segment.span_count};
    work.scores.resize(static_cast<std::size_t>(segment.keys + kLane));
    const bool is_gathered =
        segment.length * group > kQueriesWithoutGathering || in.width < kWidthWithoutGathering;
    FloatRows values{};
    if (is_gathered) {
      gather_keys(source, segment.keys, work);
      values = gather_values(source, segment.keys, work);
    }
    for (std::int64_t i = 0; i < segment.length; ++i)
      for (std::int64_t head = kv_head * group; head < (kv_head + 1) * group; ++head) {
        const std::int64_t at = segment.begin + i;
        const Query query{in.query + at * in.query_stride + head * in.width, segment.visible(i)};
        float* const to = out + (at * in.heads + head) * in.width;
        if (is_gathered)
          attend_gathered(query, padded_to_lanes(query.visible), values, work, in.width, to);
        else
          attend_in_place(source, query, work, to);
      }
  }
}

}  // namespace iiet::kernels::cpu
