#include "harness/eval/passes.hpp"

#include <algorithm>
#include <numeric>

namespace iiet {
namespace {

/// What the model reads of a sequence.
std::span<const TokenId> input_of(const TokenSequence& sequence) {
  return std::span(sequence.tokens).first(sequence.tokens.size() - 1);
}

std::size_t common_prefix(std::span<const TokenId> a, std::span<const TokenId> b) {
  const auto end = std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first;
  return static_cast<std::size_t>(end - a.begin());
}

/// The prefix tree of one batch: a node is a run of tokens [begin, end) of `sequence`, behind its parent's.
class PrefixTree {
 public:
  explicit PrefixTree(std::span<const TokenSequence> sequences) : sequences_(sequences) {}

  /// Adds the next sequence in sorted order, whose first `common` tokens are those of the one before.
  void add(std::size_t sequence, std::size_t common) {
    const std::size_t length = input_of(sequences_[sequence]).size();
    while (!path_.empty() && nodes_[path_.back()].begin >= common) path_.pop_back();
    if (!path_.empty() && nodes_[path_.back()].end > common) split(path_.back(), common);
    if (common < length) {
      nodes_.push_back({sequence, common, length, path_.empty() ? kNone : path_.back()});
      path_.push_back(nodes_.size() - 1);
    }
    leaves_.emplace_back(sequence, path_.back());
  }

  Batch batch() const;

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  struct Node {
    std::size_t sequence, begin, end, parent;
  };

  /// Puts a new node for the first tokens of `node` above it; the path goes on from the new one.
  void split(std::size_t node, std::size_t at) {
    nodes_.push_back({nodes_[node].sequence, nodes_[node].begin, at, nodes_[node].parent});
    nodes_[node].begin = at;
    nodes_[node].parent = nodes_.size() - 1;
    path_.back() = nodes_.size() - 1;
  }

  std::span<const TokenSequence> sequences_;
  std::vector<Node> nodes_;
  std::vector<std::size_t> path_;                            // from the root to the last leaf
  std::vector<std::pair<std::size_t, std::size_t>> leaves_;  // sequence, its last node
};

Batch PrefixTree::batch() const {
  Batch batch;
  // A parent begins at a smaller depth than its children, so this order puts it first.
  std::vector<std::size_t> order(nodes_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return nodes_[a].begin < nodes_[b].begin; });
  std::vector<std::int32_t> segment(nodes_.size());
  std::vector<std::int64_t> offset(nodes_.size());  // packed index of the node's first token
  for (const std::size_t n : order) {
    const Node& node = nodes_[n];
    segment[n] = static_cast<std::int32_t>(batch.tokens.segments.size());
    offset[n] = static_cast<std::int64_t>(batch.tokens.ids.size());
    const auto tokens = input_of(sequences_[node.sequence]).subspan(node.begin, node.end - node.begin);
    batch.tokens.ids.insert(batch.tokens.ids.end(), tokens.begin(), tokens.end());
    batch.tokens.segments.push_back(
        {static_cast<std::int64_t>(tokens.size()), node.parent == kNone ? -1 : segment[node.parent], -1});
  }
  std::vector<std::int64_t> rows;  // packed index of each target, in the order of batch.targets
  for (const auto& [sequence, leaf] : leaves_) {
    const auto& tokens = sequences_[sequence].tokens;
    std::size_t node = leaf;
    for (std::int64_t i = 0; i < sequences_[sequence].scored; ++i) {
      const std::size_t position =
          tokens.size() - 2 - static_cast<std::size_t>(i);  // its row predicts position + 1
      while (nodes_[node].begin > position) node = nodes_[node].parent;
      rows.push_back(offset[node] + static_cast<std::int64_t>(position - nodes_[node].begin));
      batch.targets.push_back({0, tokens[position + 1], position + 1, sequence});
    }
  }
  batch.rows = rows;
  std::sort(batch.rows.begin(), batch.rows.end());
  batch.rows.erase(std::unique(batch.rows.begin(), batch.rows.end()), batch.rows.end());
  for (std::size_t i = 0; i < rows.size(); ++i)
    batch.targets[i].row =
        std::lower_bound(batch.rows.begin(), batch.rows.end(), rows[i]) - batch.rows.begin();
  return batch;
}

}  // namespace

Passes::Passes(std::span<const TokenSequence> sequences, const PackingOptions& options)
    : order_(sequences.size()) {
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  std::sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
    const std::size_t p = sequences[a].request / options.sorted_together,
                      q = sequences[b].request / options.sorted_together;
    if (p != q) return p < q;
    const auto x = input_of(sequences[a]), y = input_of(sequences[b]);
    const auto compared = std::lexicographical_compare_three_way(x.begin(), x.end(), y.begin(), y.end());
    return compared != 0 ? compared < 0 : a < b;
  });
  for (std::size_t next = 0; next < order_.size();) {
    Extent pass{next, next, 0};
    std::span<const TokenId> previous;
    for (; next < order_.size(); ++next) {
      const auto input = input_of(sequences[order_[next]]);
      const auto more = static_cast<std::int64_t>(input.size() - common_prefix(previous, input));
      if (pass.tokens > 0 && pass.tokens + more > options.token_budget) break;
      pass.tokens += more;
      previous = input;
    }
    pass.end = next;
    passes_.push_back(pass);
  }
}

std::span<const std::size_t> Passes::sequences_of(std::size_t pass) const {
  const Extent& extent = passes_.at(pass);
  return std::span(order_).subspan(extent.begin, extent.end - extent.begin);
}

Batch Passes::batch(std::span<const TokenSequence> sequences, std::size_t pass) const {
  PrefixTree tree(sequences);
  std::span<const TokenId> previous;
  for (const std::size_t sequence : sequences_of(pass)) {
    const auto input = input_of(sequences[sequence]);
    tree.add(sequence, common_prefix(previous, input));
    previous = input;
  }
  return tree.batch();
}

}  // namespace iiet
