#pragma once

#include <cstdint>
#include <vector>

#include "harness/base/interner.hpp"
#include "harness/base/token.hpp"

namespace iiet {

/// The merges of byte-pair encoding: pairs of ids that become one id, lowest rank first, leftmost first of
/// one rank.
class MergeTable {
 public:
  struct Merge {
    TokenId left = 0, right = 0;
    std::int32_t rank = -1;
    TokenId result = 0;
  };

  MergeTable() = default;
  /// Of two merges of one pair the later holds.
  explicit MergeTable(const std::vector<Merge>& merges);

  /// `symbols` with all merges done; time grows as n log n.
  std::vector<TokenId> apply(std::vector<TokenId> symbols) const;

 private:
  const Merge* find(TokenId left, TokenId right) const {
    const std::uint32_t pair =
        pairs_.find(static_cast<std::uint32_t>(left), static_cast<std::uint32_t>(right));
    return pair == PairInterner::kAbsent ? nullptr : &merges_[pair];
  }
  void apply_to_short(std::vector<TokenId>& ids) const;
  void apply_to_long(std::vector<TokenId>& ids) const;

  PairInterner pairs_;
  std::vector<Merge> merges_;  // by the number of their pair
};

}  // namespace iiet
