#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/packed_tokens.hpp"

namespace iiet {

/// Consecutive rows of a key/value buffer.
struct KeySpan {
  std::int64_t begin = 0, length = 0;
};

/// What a query sees of its segment's keys.
enum class Mask {
  kCausal,  // query i the first `keys - length + 1 + i`: the segment's own tokens come last among the keys
  kFull,    // all: an encoder, or attention to another source
};

/// Consecutive query rows and the keys they see.
struct QuerySegment {
  std::int64_t begin = 0, length = 0;
  std::int64_t keys = 0;                       // all spans together; at least 1, causal: at least `length`
  std::size_t first_span = 0, span_count = 0;  // in AttentionPlan::spans
  Mask mask = Mask::kCausal;

  /// Keys that are before the segment's own tokens, so that every query sees them.
  std::int64_t prefix() const { return mask == Mask::kFull ? keys : keys - length; }
  /// Keys that query i sees.
  std::int64_t visible(std::int64_t i) const { return mask == Mask::kFull ? keys : keys - length + 1 + i; }
};

/// Who sees what in one packed forward pass, on the host. Spans are rows of one key/value buffer: the rows of
/// this pass, a KvCache's pool, or an encoder's output. The same for every layer and evaluation, so it is
/// lowered once a pass (lowered_plan.hpp).
struct AttentionPlan {
  std::vector<QuerySegment> segments;  // in the order of their query rows, without gaps
  std::vector<KeySpan> spans;

  std::int64_t queries() const {
    return segments.empty() ? 0 : segments.back().begin + segments.back().length;
  }
};

/// Without a cache: a segment sees its ancestors' tokens and, causally, its own; keys are the pass's rows.
AttentionPlan self_plan(const PackedTokens& tokens);

/// Attention of packed queries to packed keys of another source (or, with the same lengths, of an encoder to
/// itself): segment i of the queries sees all of segment i of the keys. Throws Error if the counts differ.
AttentionPlan cross_plan(std::span<const std::int64_t> queries, std::span<const std::int64_t> keys);

/// The position of each query row in its sequence, [N].
std::vector<std::int64_t> positions_of(const AttentionPlan& plan);

}  // namespace iiet
