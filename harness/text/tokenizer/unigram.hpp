#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/text/tokenizer/tokenizer.hpp"

namespace iiet {

/// The most probable segmentation of normalised text under a unigram model (Viterbi), with sums in single
/// precision as SentencePiece has made them since 0.2.2; older releases differ where two segmentations tie.
/// Const and safe from several threads.
class Unigram {
 public:
  struct Piece {
    std::string text;
    TokenId id = 0;
    float score = 0;      // log-probability
    bool forced = false;  // a user-defined piece, taken wherever it stands
  };
  /// A stretch of the text and its piece.
  struct Segment {
    std::string_view text;
    TokenId id;
  };

  Unigram(const std::vector<Piece>& pieces, TokenId unknown);

  /// The segments of `text`; characters that no piece covers are the unknown piece each.
  std::vector<Segment> segment(std::string_view text) const;

 private:
  struct Leaf {
    TokenId id = -1;
    float score = 0;
  };
  struct Node {
    std::uint32_t first_child = 0, children = 0;  // in edges_
    std::int32_t leaf = -1;
  };
  struct Edge {
    unsigned char byte;
    std::uint32_t node;
  };
  struct Step {
    TokenId id = -1;
    float score = 0;
    std::size_t begin = 0;
    bool reached = false;
  };

  std::uint32_t build(std::span<const Piece*> sorted, std::size_t depth);
  const Node* child(const Node& node, char c) const;

  std::vector<Node> nodes_;
  std::vector<Edge> edges_;
  std::vector<Leaf> leaves_;
  TokenId unknown_;
  float unknown_score_ = 0;
};

}  // namespace iiet
