#include "harness/text/translation/translation_edits.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

namespace iiet {
namespace {

constexpr std::size_t kLongestShift = 10, kFarthestShift = 50, kMostCandidates = 1000;
constexpr std::ptrdiff_t kBeam = 25;
constexpr int kUnreached = 1 << 29;

}  // namespace

bool TranslationEdits::Shift::operator>(const Shift& other) const {
  // Among equals the earlier block wins, then the earlier target.
  return std::tie(gain, length, other.start, other.target) >
         std::tie(other.gain, other.length, start, target);
}

void TranslationEdits::prepare(Words reference) {
  reference_.assign(reference.begin(), reference.end());
  ratio_ = words_.empty() ? 1 : static_cast<double>(reference.size()) / static_cast<double>(words_.size());
  beam_ = ratio_ / 2 > static_cast<double>(kBeam)
              ? static_cast<std::ptrdiff_t>(std::ceil(ratio_ / 2 + static_cast<double>(kBeam)))
              : kBeam;
  for (auto& places : places_) places.clear();
  std::uint32_t largest = 0;
  for (const std::uint32_t word : words_) largest = std::max(largest, word);
  for (const std::uint32_t word : reference_) largest = std::max(largest, word);
  if (places_.size() <= largest) places_.resize(largest + 1);
  for (std::size_t i = 0; i < reference_.size(); ++i) places_[reference_[i]].push_back(i);
  if (is_short()) unbounded_.set_reference(reference_, places_.size());
}

TranslationEdits::Columns TranslationEdits::columns(std::size_t row) const {
  const auto diagonal = static_cast<std::ptrdiff_t>(std::floor(static_cast<double>(row) * ratio_));
  const auto end = static_cast<std::ptrdiff_t>(reference_.size()) + 1;
  return {static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, diagonal - beam_)),
          static_cast<std::size_t>(row == words_.size() ? end : std::min(end, diagonal + beam_))};
}

/// Costs of turning the first `row` words, the last of which is `word`, into beginnings of the reference.
void TranslationEdits::fill_row(std::size_t row, std::uint32_t word, Storage storage) {
  const int* const above = stored_row(storage.above);
  int* const here = stored_row(storage.here);
  const auto [begin, end] = columns(row);
  std::fill(here, here + begin, kUnreached);
  std::fill(here + end, here + reference_.size() + 1, kUnreached);
  if (begin == 0) here[0] = above[0] + 1;
  const std::size_t first = std::max<std::size_t>(begin, 1);
  // What depends on the row above first: the compiler makes vectors of it.
  for (std::size_t j = first; j < end; ++j)
    here[j] = std::min(above[j - 1] + (word == reference_[j - 1] ? 0 : 1), above[j] + 1);
  for (std::size_t j = first; j < end; ++j) here[j] = std::min(here[j], here[j - 1] + 1);
}

void TranslationEdits::fill_table() {
  const std::size_t width = reference_.size() + 1;
  costs_.resize((words_.size() + 3) * width);
  std::iota(costs_.begin(), costs_.begin() + static_cast<std::ptrdiff_t>(width), 0);
  for (std::size_t i = 1; i <= words_.size(); ++i) fill_row(i, words_[i - 1], {i - 1, i});
  if (is_short()) unbounded_.set_words(words_);
}

/// The last operation of the cheapest ways to an entry. Which of equal ones is taken first decides how the
/// texts are aligned.
TranslationEdits::Operation TranslationEdits::operation(std::size_t row, std::size_t column) const {
  if (row == 0) return Operation::kInsert;
  if (column == 0) return Operation::kDelete;
  const int here = cost(row, column);
  const bool same = words_[row - 1] == reference_[column - 1];
  if (here == cost(row - 1, column - 1) + (same ? 0 : 1)) return Operation::kTake;
  return here == cost(row - 1, column) + 1 ? Operation::kDelete : Operation::kInsert;
}

/// Walks the cheapest path back from the corner: errors of both sides, and what each reference word is
/// aligned to.
void TranslationEdits::align() {
  const std::size_t width = reference_.size() + 1;
  errors_.assign(words_.size() + 1, 0);
  reference_errors_.assign(width, 0);
  aligned_.assign(reference_.size(), -1);
  for (std::size_t i = words_.size(), j = reference_.size(); i > 0 || j > 0;) {
    const Operation how = operation(i, j);
    const bool error = how != Operation::kTake || words_[i - 1] != reference_[j - 1];
    // Words taken so far on this path, less one: what a word of the reference is aligned to.
    if (how != Operation::kDelete) {
      aligned_[j - 1] = static_cast<std::ptrdiff_t>(i) - 1;
      reference_errors_[j] = error ? 1 : 0;
    }
    if (how != Operation::kInsert) errors_[i] = error ? 1 : 0;
    if (how != Operation::kDelete) --j;
    if (how != Operation::kInsert) --i;
  }
  for (std::size_t i = 1; i < errors_.size(); ++i) errors_[i] += errors_[i - 1];
  for (std::size_t j = 1; j < width; ++j) reference_errors_[j] += reference_errors_[j - 1];
}

bool TranslationEdits::has_errors(std::size_t start, std::size_t start_in_reference,
                                  std::size_t length) const {
  return errors_[start + length] > errors_[start] &&
         reference_errors_[start_in_reference + length] > reference_errors_[start_in_reference];
}

/// `moved_` becomes the words with one block moved. A target inside of the block (the last case) moves it
/// behind as many words as the target's place says, counted from the front: so does the reference program.
void TranslationEdits::move_words(const Shift& shift) {
  const auto at = [this](std::size_t place) {
    return words_.begin() + static_cast<std::ptrdiff_t>(std::min(place, words_.size()));
  };
  const auto [gain, length, start, target] = shift;
  const auto block = at(start), block_end = at(start + length);
  moved_.clear();
  const auto append = [this](auto from, auto to) {
    if (from < to) moved_.insert(moved_.end(), from, to);
  };
  if (target < start) {
    append(words_.begin(), at(target));
    append(block, block_end);
    append(at(target), block);
    append(block_end, words_.end());
  } else if (target > start + length) {
    append(words_.begin(), block);
    append(block_end, at(target));
    append(block, block_end);
    append(at(target), words_.end());
  } else {
    append(words_.begin(), block);
    append(block_end, at(length + target));
    append(block, block_end);
    append(at(length + target), words_.end());
  }
}

/// By how much a shift lowers the distance; less than `at_least` if it lowers it by less than that (how much
/// is then not computed to the end).
std::ptrdiff_t TranslationEdits::gain_of(const Shift& shift, std::ptrdiff_t at_least) {
  move_words(shift);
  const int before = cost(words_.size(), reference_.size());
  const std::ptrdiff_t limit = before - at_least;  // a larger distance is not wanted
  if (limit < 0) return at_least - 1;
  // Rows up to the first word that moved are those of the table.
  const auto first = static_cast<std::size_t>(
      std::mismatch(moved_.begin(), moved_.end(), words_.begin()).first - moved_.begin());
  if (first == words_.size()) return 0;
  // What is too far without the beam is too far with it, too.
  if (is_short() && unbounded_.exceeds(static_cast<std::size_t>(limit), moved_, first)) return at_least - 1;
  Storage storage{first, words_.size() + 1};
  for (std::size_t i = first + 1; i <= words_.size(); ++i) {
    fill_row(i, moved_[i - 1], storage);
    const int* const row = stored_row(storage.here);
    if (*std::min_element(row, row + reference_.size() + 1) > limit) return at_least - 1;
    const std::size_t spare = i == first + 1 ? words_.size() + 2 : storage.above;
    storage = {storage.here, spare};
  }
  return before - stored_row(storage.above)[reference_.size()];
}

/// Tries to move a block to behind each word that it, or the word before it, is aligned with in the
/// reference.
void TranslationEdits::try_shifts(std::size_t start, std::size_t start_in_reference, std::size_t length,
                                  Shift& best) {
  std::ptrdiff_t previous = -1;
  for (std::size_t place = start_in_reference; place <= start_in_reference + length; ++place) {
    // `place` words of the reference stand before; the block goes behind what the last of them is aligned to.
    const std::ptrdiff_t target = place == 0 ? 0 : aligned_[place - 1] + 1;
    if (target == previous) continue;
    previous = target;
    ++candidates_;
    Shift shift{0, length, start, static_cast<std::size_t>(target)};
    shift.gain = gain_of(shift, std::max<std::ptrdiff_t>(1, best.gain));
    if (shift.gain >= 1 && shift > best) best = shift;
  }
}

TranslationEdits::Shift TranslationEdits::best_shift() {
  Shift best;
  for (std::size_t start = 0; start < words_.size(); ++start) {
    for (const std::size_t place : places_[words_[start]]) {
      const std::size_t distance = place > start ? place - start : start - place;
      if (distance > kFarthestShift) continue;
      for (std::size_t length = 1; length <= kLongestShift; ++length) {
        if (start + length > words_.size() || place + length > reference_.size() ||
            words_[start + length - 1] != reference_[place + length - 1])
          break;
        if (!has_errors(start, place, length)) continue;
        const std::ptrdiff_t aligned = aligned_[place];
        if (aligned >= static_cast<std::ptrdiff_t>(start) &&
            aligned < static_cast<std::ptrdiff_t>(start + length))
          continue;
        try_shifts(start, place, length, best);
        if (candidates_ >= kMostCandidates) return best;
      }
    }
  }
  return best;
}

std::size_t TranslationEdits::fewest(Words hypothesis, Words reference) {
  if (reference.empty()) return hypothesis.size();
  words_.assign(hypothesis.begin(), hypothesis.end());
  prepare(reference);
  candidates_ = 0;
  std::size_t shifts = 0;
  for (;;) {
    fill_table();
    if (words_.empty()) break;
    align();
    const Shift shift = best_shift();
    // Where the limit was hit even the best shift is given up, as in the reference program.
    if (candidates_ >= kMostCandidates || shift.gain <= 0) break;
    move_words(shift);
    std::swap(words_, moved_);
    ++shifts;
  }
  return shifts + static_cast<std::size_t>(cost(words_.size(), reference_.size()));
}

}  // namespace iiet
