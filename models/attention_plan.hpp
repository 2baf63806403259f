#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace iiet {

/// Consecutive rows of a key/value buffer.
struct KeySpan {
  std::int64_t begin = 0, length = 0;
};

/// Consecutive query rows and the keys they see: the first `keys - length + 1 + i` keys of the spans for
/// query i, so the segment's own tokens, which come last, are seen causally and everything before them fully.
struct QuerySegment {
  std::int64_t begin = 0, length = 0;
  std::int64_t keys = 0;                       // all spans together
  std::size_t first_span = 0, span_count = 0;  // in AttentionPlan::spans
};

/// Who sees what in one packed forward pass; the same for every layer and evaluation.
struct AttentionPlan {
  std::vector<QuerySegment> segments;
  std::vector<KeySpan> spans;
};

}  // namespace iiet
