#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "harness/eval/tokenization.hpp"
#include "models/packed_tokens.hpp"

namespace iiet {

/// One forward pass: tokens without repeats of shared prefixes, the rows whose logits are needed, and who
/// needs them.
struct Batch {
  PackedTokens tokens;
  std::vector<std::int64_t> rows;  // indices into tokens.ids, ascending, each once
  struct Needed {
    std::int64_t row = 0;  // index into `rows`
    TokenId token = 0;
    std::size_t position = 0;  // of the target in its sequence
    std::size_t sequence = 0;  // index into the sequences packed
  };
  std::vector<Needed> targets;  // sequence by sequence, in the order of the pass
};

struct PackingOptions {
  std::int64_t token_budget = 0;  // tokens a pass may have (a longer sequence gets one of its own)
  /// Sequences of so many requests that follow each other are sorted together: fewer find fewer common
  /// beginnings, and their answers come sooner.
  std::size_t sorted_together = std::numeric_limits<std::size_t>::max();
};

/// Sequences shared out to forward passes. They are sorted by their tokens, so that those with a common
/// beginning meet; within a pass every common beginning is read once. Keeps places, not tokens.
class Passes {
 public:
  Passes() = default;
  Passes(std::span<const TokenSequence> sequences, const PackingOptions& options);

  std::size_t size() const { return passes_.size(); }
  /// Tokens that the model reads in a pass.
  std::int64_t tokens(std::size_t pass) const { return passes_.at(pass).tokens; }
  /// Indices of the sequences of a pass.
  std::span<const std::size_t> sequences_of(std::size_t pass) const;
  /// A pass, made from the sequences that were shared out.
  Batch batch(std::span<const TokenSequence> sequences, std::size_t pass) const;

 private:
  struct Extent {
    std::size_t begin, end;  // in order_
    std::int64_t tokens;
  };
  std::vector<std::size_t> order_;
  std::vector<Extent> passes_;
};

}  // namespace iiet
