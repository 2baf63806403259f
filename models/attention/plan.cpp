#include "models/attention/plan.hpp"

#include "harness/base/error.hpp"

namespace iiet {

AttentionPlan self_plan(const PackedTokens& tokens) {
  AttentionPlan plan;
  std::int64_t begin = 0;
  for (const Segment& segment : tokens.segments) {
    QuerySegment query{begin, segment.length, segment.length, plan.spans.size(), 1};
    if (segment.parent >= 0) {
      const QuerySegment& parent = plan.segments[static_cast<std::size_t>(segment.parent)];
      query.keys += parent.keys;
      query.span_count += parent.span_count;
      for (std::size_t i = 0; i < parent.span_count; ++i) {
        const KeySpan inherited = plan.spans[parent.first_span + i];
        plan.spans.push_back(inherited);
      }
    }
    plan.spans.push_back({begin, segment.length});
    plan.segments.push_back(query);
    begin += segment.length;
  }
  return plan;
}

AttentionPlan cross_plan(std::span<const std::int64_t> queries, std::span<const std::int64_t> keys) {
  if (queries.size() != keys.size())
    throw Error(fmt::format("cross_plan: {} segments of queries, {} of keys", queries.size(), keys.size()));
  AttentionPlan plan;
  std::int64_t query = 0, key = 0;
  for (std::size_t i = 0; i < queries.size(); ++i) {
    plan.segments.push_back({query, queries[i], keys[i], i, 1, Mask::kFull});
    plan.spans.push_back({key, keys[i]});
    query += queries[i];
    key += keys[i];
  }
  return plan;
}

std::vector<std::int64_t> positions_of(const AttentionPlan& plan) {
  std::vector<std::int64_t> positions;
  positions.reserve(static_cast<std::size_t>(plan.queries()));
  for (const QuerySegment& segment : plan.segments) {
    const std::int64_t first = segment.mask == Mask::kCausal ? segment.keys - segment.length : 0;
    for (std::int64_t i = 0; i < segment.length; ++i) positions.push_back(first + i);
  }
  return positions;
}

}  // namespace iiet
