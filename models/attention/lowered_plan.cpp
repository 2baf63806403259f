#include "models/attention/lowered_plan.hpp"

#include <algorithm>
#include <bit>
#include <span>
#include <tuple>

namespace iiet {
namespace {

// Bounds of a rectangle of several segments: rows that are gathered, and entries of its mask.
constexpr std::int64_t kKeyRows = 1 << 15, kPairs = 1 << 22;

// A mask is as large as queries times keys: more queries than this behind a prefix are several segments.
constexpr std::int64_t kMaskedQueries = 256;

std::int64_t power_of_two(std::int64_t length) {
  return static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(length)));
}

/// A causal segment without a prefix: its mask is the triangle, whatever it is padded to.
bool is_triangle(const QuerySegment& segment) {
  return segment.mask == Mask::kCausal && segment.keys == segment.length;
}

/// The plan's segments, the long ones that need a mask cut into several.
std::vector<QuerySegment> pieces_of(const AttentionPlan& plan) {
  std::vector<QuerySegment> pieces;
  for (const QuerySegment& segment : plan.segments) {
    const std::int64_t most = is_triangle(segment) ? segment.length : kMaskedQueries;
    for (std::int64_t first = 0; first < segment.length; first += most) {
      QuerySegment piece = segment;
      piece.begin += first;
      piece.length = std::min(most, segment.length - first);
      piece.keys = segment.visible(first + piece.length - 1);
      pieces.push_back(piece);
    }
  }
  return pieces;
}

/// Segments that may share a rectangle have the same.
auto shape_of(const QuerySegment& segment) {
  return std::tuple(is_triangle(segment), power_of_two(segment.length), power_of_two(segment.keys));
}

at::Tensor on_device(const std::vector<std::int64_t>& numbers, at::Device device) {
  return at::tensor(numbers, at::kLong).to(device);
}

/// The first `segment.keys` rows of a segment's spans.
std::vector<std::int64_t> key_rows_of(const AttentionPlan& plan, const QuerySegment& segment) {
  std::vector<std::int64_t> rows;
  std::int64_t left = segment.keys;
  for (std::size_t k = 0; k < segment.span_count; ++k) {
    const KeySpan span = plan.spans[segment.first_span + k];
    for (std::int64_t j = 0; j < span.length && left > 0; ++j, --left) rows.push_back(span.begin + j);
  }
  return rows;
}

Rectangle rectangle(const AttentionPlan& plan, std::span<const QuerySegment> members, at::Device device) {
  Rectangle result;
  result.segments = static_cast<std::int64_t>(members.size());
  for (const QuerySegment& segment : members) {
    result.queries = std::max(result.queries, segment.length);
    result.keys = std::max(result.keys, segment.keys);
  }
  std::vector<std::int64_t> query_rows, key_rows, visible;
  for (const QuerySegment& segment : members) {
    for (std::int64_t i = 0; i < result.queries; ++i) {
      const std::int64_t real = std::min(i, segment.length - 1);
      query_rows.push_back(segment.begin + real);
      visible.push_back(segment.visible(real));
    }
    const std::size_t end = key_rows.size() + static_cast<std::size_t>(result.keys);
    const std::vector<std::int64_t> own = key_rows_of(plan, segment);
    key_rows.insert(key_rows.end(), own.begin(), own.end());
    key_rows.resize(end, own.back());
  }
  result.query_rows = on_device(query_rows, device);
  result.key_rows = on_device(key_rows, device);
  if (!is_triangle(members.front())) {
    result.visible = on_device(visible, device).view({result.segments, 1, result.queries, 1});
    result.columns = at::arange(result.keys, at::TensorOptions(at::kLong).device(device));
  }
  return result;
}

}  // namespace

std::optional<EqualBatch> equal_batch(const AttentionPlan& plan) {
  if (plan.segments.empty()) return std::nullopt;
  const QuerySegment& first = plan.segments.front();
  if (first.mask == Mask::kCausal && !is_triangle(first)) return std::nullopt;
  std::int64_t query = 0, key = 0;
  for (const QuerySegment& segment : plan.segments) {
    if (segment.length != first.length || segment.keys != first.keys || segment.mask != first.mask ||
        segment.begin != query || segment.span_count != 1 || plan.spans[segment.first_span].begin != key)
      return std::nullopt;
    query += segment.length;
    key += segment.keys;
  }
  return EqualBatch{static_cast<std::int64_t>(plan.segments.size()), first.length, first.keys, first.mask};
}

Rectangles rectangles(const AttentionPlan& plan, at::Device device) {
  std::vector<QuerySegment> pieces = pieces_of(plan);
  std::stable_sort(pieces.begin(), pieces.end(),
                   [](const QuerySegment& a, const QuerySegment& b) { return shape_of(a) < shape_of(b); });
  Rectangles result;
  std::vector<std::int64_t> packed(static_cast<std::size_t>(plan.queries()));
  std::int64_t rows = 0;
  for (std::size_t begin = 0, end = 0; begin < pieces.size(); begin = end) {
    const auto shape = shape_of(pieces[begin]);
    const auto& [triangle, queries, keys] = shape;
    const auto most = static_cast<std::size_t>(
        std::max<std::int64_t>(1, std::min(kKeyRows / keys, kPairs / (queries * keys))));
    while (end < pieces.size() && end - begin < most && shape_of(pieces[end]) == shape) ++end;
    const std::span<const QuerySegment> members(pieces.data() + begin, end - begin);
    const Rectangle& made = result.all.emplace_back(rectangle(plan, members, device));
    for (const QuerySegment& segment : members) {
      for (std::int64_t i = 0; i < segment.length; ++i)
        packed[static_cast<std::size_t>(segment.begin + i)] = rows + i;
      rows += made.queries;
    }
  }
  result.packed = on_device(packed, device);
  return result;
}

}  // namespace iiet
