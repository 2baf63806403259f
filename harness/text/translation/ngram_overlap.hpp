#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace iiet {

/// How many n-grams two texts have in common, for every n at once. Exact: the beginnings of all suffixes are
/// sorted, so that equal n-grams of any order are neighbours. Symbols should be numbers from 0 up without
/// large gaps. Keeps its memory for the next pair.
class NgramOverlap {
 public:
  using Symbols = std::span<const std::uint32_t>;

  explicit NgramOverlap(std::size_t orders);

  /// Of order 1, 2, …: Σ over distinct n-grams of min(count in one text, count in the other). Valid until the
  /// next call.
  std::span<const std::size_t> matches(Symbols one, Symbols other);

 private:
  /// Memory for texts whose symbols and counts fit into `Number`: the smaller, the more a vector holds.
  template <typename Number>
  struct Scratch {
    std::vector<Number> symbols;         // of one text, its padding, of the other, its padding
    std::vector<Number> differs_before;  // of each suffix, as sorted: -1 or 0
  };

  template <typename Number>
  void count_all(Symbols one, Symbols other, Scratch<Number>& scratch);
  template <typename Number>
  void sort(const std::vector<Number>& symbols, std::size_t depth);
  template <typename Number>
  void count(Scratch<Number>& scratch, std::size_t before);

  std::size_t orders_, padding_;
  std::size_t other_begins_ = 0;
  std::vector<std::uint32_t> suffixes_, next_suffixes_;  // where they begin in the symbols
  std::vector<std::uint32_t> occurrences_, places_;  // of each symbol: how often, and where it is sorted to
  std::vector<std::size_t> matches_;
  Scratch<std::int16_t> short_texts_;
  Scratch<std::int32_t> long_texts_;
};

}  // namespace iiet
