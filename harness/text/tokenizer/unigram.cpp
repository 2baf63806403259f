#include "harness/text/tokenizer/unigram.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace iiet {
namespace {

constexpr float kUnknownPenalty = 10.0f;
constexpr float kLargestSum = 100000.0f;

std::size_t character_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  return std::min(length, text.size());
}

}  // namespace

Unigram::Unigram(const std::vector<Piece>& pieces, TokenId unknown) : unknown_(unknown) {
  float smallest = std::numeric_limits<float>::max();
  std::vector<const Piece*> sorted;
  for (const Piece& piece : pieces) {
    sorted.push_back(&piece);
    if (!piece.forced) smallest = std::min(smallest, piece.score);
  }
  unknown_score_ = smallest - kUnknownPenalty;
  std::sort(sorted.begin(), sorted.end(), [](const Piece* a, const Piece* b) { return a->text < b->text; });
  build(sorted, 0);
}

std::uint32_t Unigram::build(std::span<const Piece*> sorted, std::size_t depth) {
  const auto made = static_cast<std::uint32_t>(nodes_.size());
  nodes_.emplace_back();
  if (!sorted.empty() && sorted.front()->text.size() == depth) {
    nodes_[made].leaf = static_cast<std::int32_t>(leaves_.size());
    // Other scores are negative, so it is taken wherever it stands.
    const float forced = static_cast<float>(0.1 * static_cast<double>(depth - 1));
    leaves_.push_back({sorted.front()->id, sorted.front()->forced ? forced : sorted.front()->score});
    sorted = sorted.subspan(1);
  }
  std::vector<Edge> edges;
  while (!sorted.empty()) {
    const char byte = sorted.front()->text[depth];
    const auto end =
        std::find_if(sorted.begin(), sorted.end(), [&](const Piece* p) { return p->text[depth] != byte; });
    const auto count = static_cast<std::size_t>(end - sorted.begin());
    edges.push_back({static_cast<unsigned char>(byte), build(sorted.first(count), depth + 1)});
    sorted = sorted.subspan(count);
  }
  nodes_[made].first_child = static_cast<std::uint32_t>(edges_.size());
  nodes_[made].children = static_cast<std::uint32_t>(edges.size());
  edges_.insert(edges_.end(), edges.begin(), edges.end());
  return made;
}

const Unigram::Node* Unigram::child(const Node& node, char c) const {
  const auto begin = edges_.begin() + node.first_child, end = begin + node.children;
  const auto byte = static_cast<unsigned char>(c);
  const auto found =
      std::lower_bound(begin, end, byte, [](const Edge& edge, unsigned char b) { return edge.byte < b; });
  return found != end && found->byte == byte ? &nodes_[found->node] : nullptr;
}

std::vector<Unigram::Segment> Unigram::segment(std::string_view text) const {
  std::vector<Step> steps(text.size() + 1);  // the best way to each place
  std::size_t farthest = 0;                  // place reached
  const auto offer = [&](std::size_t begin, std::size_t length, TokenId id, float score) {
    farthest = std::max(farthest, begin + length);
    Step& step = steps[begin + length];
    const float total = steps[begin].score + score;
    if (!step.reached || total > step.score) step = {id, total, begin, true};
  };
  for (std::size_t begin = 0; begin < text.size();) {
    // Large sums would swallow the differences of scores.
    if (const float sum = steps[begin].score; std::abs(sum) > kLargestSum)
      for (std::size_t i = begin; i <= farthest; ++i)
        if (i == begin || steps[i].reached) steps[i].score -= sum;
    const std::size_t character = character_length(text.substr(begin));
    bool covered = false;
    const Node* node = nodes_.data();
    for (std::size_t end = begin; end < text.size();) {
      node = child(*node, text[end]);
      if (!node) break;
      ++end;
      if (node->leaf < 0) continue;
      const Leaf& leaf = leaves_[static_cast<std::size_t>(node->leaf)];
      offer(begin, end - begin, leaf.id, leaf.score);
      covered = covered || end - begin == character;
    }
    if (!covered) offer(begin, character, unknown_, unknown_score_);
    begin += character;
  }
  std::vector<Segment> segments;
  for (std::size_t end = text.size(); end > 0; end = steps[end].begin)
    segments.push_back({text.substr(steps[end].begin, end - steps[end].begin), steps[end].id});
  std::reverse(segments.begin(), segments.end());
  return segments;
}

}  // namespace iiet
