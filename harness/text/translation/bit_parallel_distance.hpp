#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace iiet {

/// Levenshtein distances to one list of at most 64 words: a column of the table is two machine words of
/// differences, and a word more is a dozen instructions (Myers 1999, Hyyrö 2003). Words are small numbers.
class BitParallelDistance {
 public:
  using Words = std::span<const std::uint32_t>;
  static constexpr std::size_t kLongest = 64;

  /// The list; numbers are below `distinct`.
  void set_reference(Words reference, std::size_t distinct) {
    for (const std::uint32_t word : reference_) places_[word] = 0;
    reference_.assign(reference.begin(), reference.end());
    if (places_.size() < distinct) places_.resize(distinct);
    for (std::size_t i = 0; i < reference_.size(); ++i) places_[reference_[i]] |= std::uint64_t{1} << i;
  }

  /// The text whose beginnings further texts have.
  void set_words(Words words) {
    columns_.assign(1, Column{~std::uint64_t{0}, 0, reference_.size()});
    for (const std::uint32_t word : words) columns_.push_back(next(columns_.back(), word));
  }

  /// Whether the distance exceeds `limit` for words of which the first `known` are those of `set_words`.
  bool exceeds(std::size_t limit, Words words, std::size_t known) const {
    Column column = columns_[known];
    for (std::size_t i = known; i < words.size(); ++i) column = next(column, words[i]);
    return column.distance > limit;
  }

 private:
  /// After some words: of which entries, from one word of the reference to the next, the distance rises and
  /// falls; the last entry.
  struct Column {
    std::uint64_t rises, falls;
    std::size_t distance;
  };

  Column next(const Column& column, std::uint32_t word) const {
    const std::uint64_t same = places_[word];
    const std::uint64_t diagonal = (((same & column.rises) + column.rises) ^ column.rises) | same;
    std::uint64_t rises = column.falls | ~(diagonal | column.rises);  // from the column before to this one
    std::uint64_t falls = column.rises & diagonal;
    const std::size_t last = reference_.size() - 1;
    const std::size_t distance = column.distance + (rises >> last & 1) - (falls >> last & 1);
    rises = rises << 1 | 1;
    falls <<= 1;
    const std::uint64_t level = same | column.falls;
    return {falls | ~(level | rises), rises & level, distance};
  }

  std::vector<std::uint32_t> reference_;
  std::vector<std::uint64_t> places_;  // of each word in the reference, as bits
  std::vector<Column> columns_;        // after 0, 1, … of the words
};

}  // namespace iiet
