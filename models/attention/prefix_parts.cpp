#include <algorithm>

#include "models/attention/lowered_plan.hpp"

namespace iiet {
namespace {

/// Below this many key rows saved, another part costs more than reading the rows again for each user.
constexpr std::int64_t kWorthSharing = 32;

/// A run of key rows in the tree of all segments' prefixes.
struct Node {
  KeySpan rows;
  std::vector<std::size_t> users = {};     // segments that see it, in order
  std::vector<std::size_t> children = {};  // numbers of nodes

  bool is_shared() const {
    return rows.length * static_cast<std::int64_t>(users.size() - 1) >= kWorthSharing;
  }
};

/// Segments see the same prefix where they see the same rows from the first one on: a row holds one token of
/// one history.
class PrefixTree {
 public:
  explicit PrefixTree(const AttentionPlan& plan) : nodes_(1) {
    for (std::size_t s = 0; s < plan.segments.size(); ++s) insert(plan, s);
  }
  const Node& operator[](std::size_t node) const { return nodes_[node]; }

 private:
  void insert(const AttentionPlan& plan, std::size_t s) {
    const QuerySegment& segment = plan.segments[s];
    std::int64_t left = segment.prefix();
    std::size_t at = 0;
    for (std::size_t i = 0; i < segment.span_count && left > 0; ++i) {
      KeySpan span = plan.spans[segment.first_span + i];
      span.length = std::min(span.length, left);
      left -= span.length;
      while (span.length > 0) {
        at = descend(at, span);
        nodes_[at].users.push_back(s);
        span = {span.begin + nodes_[at].rows.length, span.length - nodes_[at].rows.length};
      }
    }
  }

  /// The child of `parent` that begins as `span` does and has nothing else; made where there is none.
  std::size_t descend(std::size_t parent, KeySpan span) {
    for (const std::size_t child : nodes_[parent].children) {
      if (nodes_[child].rows.begin != span.begin) continue;
      if (nodes_[child].rows.length > span.length) split(child, span.length);
      return child;
    }
    nodes_.push_back({span});
    nodes_[parent].children.push_back(nodes_.size() - 1);
    return nodes_.size() - 1;
  }

  void split(std::size_t node, std::int64_t length) {
    Node rest = nodes_[node];
    rest.rows = {rest.rows.begin + length, rest.rows.length - length};
    nodes_[node].rows.length = length;
    nodes_[node].children = {nodes_.size()};
    nodes_.push_back(std::move(rest));
  }

  std::vector<Node> nodes_;  // the first is the root, which has no rows
};

/// A part in the making, on the host.
struct Draft {
  std::vector<std::int64_t> query_rows, key_rows;
  std::vector<std::int32_t> cum_queries{0}, cum_keys{0};

  void add_queries(const QuerySegment& segment) {
    for (std::int64_t i = 0; i < segment.length; ++i) query_rows.push_back(segment.begin + i);
  }
  void add_keys(KeySpan span) {
    for (std::int64_t j = 0; j < span.length; ++j) key_rows.push_back(span.begin + j);
  }
  void end_group() {
    cum_queries.push_back(static_cast<std::int32_t>(query_rows.size()));
    cum_keys.push_back(static_cast<std::int32_t>(key_rows.size()));
  }
};

class Lowering {
 public:
  Lowering(const AttentionPlan& plan, at::Device device)
      : plan_(plan), device_(device), tree_(plan), own_(plan.segments.size()) {
    visit(0, 0);
  }

  Parts parts() const {
    Parts result;
    for (const Mask mask : {Mask::kCausal, Mask::kFull}) {
      const Draft alone = own(mask);
      if (!alone.query_rows.empty()) result.all.push_back(lowered(alone, mask));
    }
    for (const Draft& level : levels_) result.all.push_back(lowered(level, Mask::kFull));
    return result;
  }

 private:
  /// Walks the tree: shared nodes go to the part of their depth among such, others to each user.
  void visit(std::size_t node, std::size_t depth) {
    for (const std::size_t number : tree_[node].children) {
      const Node& child = tree_[number];
      if (!child.is_shared()) {
        for (const std::size_t s : child.users) own_[s].push_back(child.rows);
        visit(number, depth);
        continue;
      }
      if (levels_.size() == depth) levels_.emplace_back();
      for (const std::size_t s : child.users) levels_[depth].add_queries(plan_.segments[s]);
      levels_[depth].add_keys(child.rows);
      levels_[depth].end_group();
      visit(number, depth + 1);
    }
  }

  /// What the segments of a mask see alone: what is left of their prefixes, and their own tokens.
  Draft own(Mask mask) const {
    Draft draft;
    for (std::size_t s = 0; s < plan_.segments.size(); ++s) {
      const QuerySegment& segment = plan_.segments[s];
      if (segment.mask != mask || (segment.prefix() == segment.keys && own_[s].empty())) continue;
      draft.add_queries(segment);
      for (const KeySpan& span : own_[s]) draft.add_keys(span);
      std::int64_t skip = segment.prefix();
      for (std::size_t i = 0; i < segment.span_count; ++i) {
        const KeySpan span = plan_.spans[segment.first_span + i];
        const std::int64_t before = std::min(skip, span.length);
        draft.add_keys({span.begin + before, span.length - before});
        skip -= before;
      }
      draft.end_group();
    }
    return draft;
  }

  at::Tensor on_device(const std::vector<std::int64_t>& rows) const {
    return at::tensor(rows, at::kLong).to(device_);
  }

  Part lowered(const Draft& draft, Mask mask) const {
    const auto longest = [](const std::vector<std::int32_t>& ends) {
      std::int64_t result = 0;
      for (std::size_t g = 1; g < ends.size(); ++g)
        result = std::max<std::int64_t>(result, ends[g] - ends[g - 1]);
      return result;
    };
    // Rows that are all there are, in order, need no list.
    const auto rows = [&](const std::vector<std::int64_t>& numbers) {
      for (std::size_t i = 0; i < numbers.size(); ++i)
        if (numbers[i] != static_cast<std::int64_t>(i)) return on_device(numbers);
      return at::Tensor();
    };
    const auto ends = [&](const std::vector<std::int32_t>& numbers) {
      return at::tensor(numbers, at::kInt).to(device_);
    };
    const bool is_all = static_cast<std::int64_t>(draft.query_rows.size()) == plan_.queries();
    return {mask,
            is_all ? rows(draft.query_rows) : on_device(draft.query_rows),
            rows(draft.key_rows),
            ends(draft.cum_queries),
            ends(draft.cum_keys),
            longest(draft.cum_queries),
            longest(draft.cum_keys),
            draft.cum_keys.back()};
  }

  const AttentionPlan& plan_;
  at::Device device_;
  PrefixTree tree_;
  std::vector<std::vector<KeySpan>> own_;  // of each segment: unshared runs of its prefix
  std::vector<Draft> levels_;
};

}  // namespace

Parts prefix_parts(const AttentionPlan& plan, at::Device device) { return Lowering(plan, device).parts(); }

}  // namespace iiet
