#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "harness/base/interner.hpp"
#include "harness/text/rouge/common_subsequence.hpp"
#include "harness/text/rouge/rouge_tokens.hpp"

namespace iiet {

/// What a target and a prediction share, of how much.
struct RougeOverlap {
  std::uint64_t hits = 0, target = 0, prediction = 0;
};

/// Counts what two texts of one RougeTokenizer have in common. Keeps scratch space: not safe from several
/// threads.
class RougeCounter {
 public:
  /// Tokens given to the counter are below `tokens`.
  void set_tokens_known(std::size_t tokens);

  /// Common n-grams of orders 1 to `orders`, each counted as often as it stands in both texts.
  std::vector<RougeOverlap> ngrams(const RougeText& target, const RougeText& prediction, std::size_t orders);

  /// Longest common subsequence of the whole texts; lines do not matter.
  RougeOverlap longest_common(const RougeText& target, const RougeText& prediction);

  /// For each line of the target the union of the common subsequences with every line of the prediction; a
  /// token counts at most as often as it stands in each of the whole texts (summary-level ROUGE-L).
  RougeOverlap union_of_lines(const RougeText& target, const RougeText& prediction);

 private:
  using Gram = std::uint32_t;

  std::uint64_t common_tokens(const RougeText& target, const RougeText& prediction);
  std::uint64_t common_longer_grams(const RougeText& target, const RougeText& prediction, std::size_t order);

  // The n-gram that begins at each token, as a number, for the order that is being counted.
  std::vector<Gram> target_grams_, prediction_grams_;
  PairInterner grams_;                                    // of the target: an (n-1)-gram and the next token
  std::vector<std::uint32_t> left_;                       // of each n-gram of the target, not yet matched
  std::vector<std::uint32_t> in_target_, in_prediction_;  // counts by token, all 0 between calls
  CommonSubsequence subsequence_;
};

}  // namespace iiet
