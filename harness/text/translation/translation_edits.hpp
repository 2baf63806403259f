#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "harness/text/translation/bit_parallel_distance.hpp"

namespace iiet {

/// The edits that turn one list of words into another where moving a block of words is one edit: tercom's
/// greedy search with its limits (blocks of 10 words, moved by 50, 1000 candidates a segment, a beam around
/// the diagonal), which are part of every published TER. Words are numbers. Keeps its memory for the next
/// pair.
class TranslationEdits {
 public:
  using Words = std::span<const std::uint32_t>;

  /// Insertions, deletions, substitutions and shifts from `hypothesis` to `reference`.
  std::size_t fewest(Words hypothesis, Words reference);

 private:
  enum class Operation { kTake, kInsert, kDelete };  // take: match or substitute

  /// The columns of a row of the table that the beam leaves.
  struct Columns {
    std::size_t begin, end;
  };
  /// Where costs_ has a row of a table and the one above it.
  struct Storage {
    std::size_t above, here;
  };
  /// Moving the words [start, start + length) to before the word `target`; better ones compare greater.
  struct Shift {
    std::ptrdiff_t gain = 0;
    std::size_t length = 0, start = 0, target = 0;
    bool operator>(const Shift& other) const;
  };

  void prepare(Words reference);
  bool is_short() const { return reference_.size() <= BitParallelDistance::kLongest; }
  Columns columns(std::size_t row) const;
  int cost(std::size_t row, std::size_t column) const {
    return costs_[row * (reference_.size() + 1) + column];
  }
  void fill_table();
  int* stored_row(std::size_t row) { return costs_.data() + row * (reference_.size() + 1); }
  void fill_row(std::size_t row, std::uint32_t word, Storage storage);
  Operation operation(std::size_t row, std::size_t column) const;
  void align();
  Shift best_shift();
  void try_shifts(std::size_t start, std::size_t start_in_reference, std::size_t length, Shift& best);
  std::ptrdiff_t gain_of(const Shift& shift, std::ptrdiff_t at_least);
  bool has_errors(std::size_t start, std::size_t start_in_reference, std::size_t length) const;
  void move_words(const Shift& shift);

  std::vector<std::uint32_t> words_, moved_;  // the hypothesis as shifted so far, and with one more shift
  std::vector<std::uint32_t> reference_;
  double ratio_ = 1;  // columns a row of the diagonal
  std::ptrdiff_t beam_ = 0;
  // [words + 1, reference + 1]: rows of the hypothesis; and two rows more to try shifts with.
  std::vector<int> costs_;
  BitParallelDistance unbounded_;  // distances without the beam, never larger
  // Errors before each word, so that those of a span are a difference.
  std::vector<std::size_t> errors_, reference_errors_;
  std::vector<std::ptrdiff_t>
      aligned_;  // word of the hypothesis that each word of the reference is aligned to; -1
  std::vector<std::vector<std::size_t>> places_;  // of each word in the reference
  std::size_t candidates_ = 0;
};

}  // namespace iiet
