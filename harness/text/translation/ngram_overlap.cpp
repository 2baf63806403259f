#include "harness/text/translation/ngram_overlap.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>

namespace iiet {
namespace {

/// Orders are counted together, one a lane of a vector that every machine has.
template <typename Number>
constexpr std::size_t kLanes = 16 / sizeof(Number);

using Lanes16 = std::int16_t __attribute__((vector_size(16)));
using Lanes32 = std::int32_t __attribute__((vector_size(16)));

Lanes16 lanes_of(std::int16_t number) { return Lanes16{} + number; }
Lanes32 lanes_of(std::int32_t number) { return Lanes32{} + number; }

/// All lanes from the first that is set on.
Lanes16 from_first_on(Lanes16 set) {
  const Lanes16 none{};
  set |= __builtin_shufflevector(set, none, 8, 0, 1, 2, 3, 4, 5, 6);
  set |= __builtin_shufflevector(set, none, 8, 8, 0, 1, 2, 3, 4, 5);
  return set | __builtin_shufflevector(set, none, 8, 8, 8, 8, 0, 1, 2, 3);
}

Lanes32 from_first_on(Lanes32 set) {
  const Lanes32 none{};
  set |= __builtin_shufflevector(set, none, 4, 0, 1, 2);
  return set | __builtin_shufflevector(set, none, 4, 4, 0, 1);
}

/// What follows each text. They differ, so that what reaches over the end of a text equals nothing else.
constexpr int kPadding = 0, kOtherPadding = 1, kFirstSymbol = 2;

}  // namespace

NgramOverlap::NgramOverlap(std::size_t orders) : orders_(orders), padding_(orders + kLanes<std::int16_t>) {}

std::span<const std::size_t> NgramOverlap::matches(Symbols one, Symbols other) {
  matches_.assign(orders_, 0);
  if (one.empty() || other.empty()) return matches_;
  constexpr auto kShort = static_cast<std::size_t>(std::numeric_limits<std::int16_t>::max() - kFirstSymbol);
  const auto largest =
      std::max(*std::max_element(one.begin(), one.end()), *std::max_element(other.begin(), other.end()));
  if (one.size() + other.size() <= kShort && largest <= kShort)
    count_all(one, other, short_texts_);
  else
    count_all(one, other, long_texts_);
  return matches_;
}

template <typename Number>
void NgramOverlap::count_all(Symbols one, Symbols other, Scratch<Number>& scratch) {
  other_begins_ = one.size() + padding_;
  scratch.symbols.resize(other_begins_ + other.size() + padding_);
  suffixes_.resize(one.size() + other.size());
  const auto lay_out = [&](Symbols text, std::size_t begin, int padding, std::size_t suffix) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      scratch.symbols[begin + i] = static_cast<Number>(text[i] + kFirstSymbol);
      suffixes_[suffix + i] = static_cast<std::uint32_t>(begin + i);
    }
    std::fill_n(scratch.symbols.data() + begin + text.size(), padding_, static_cast<Number>(padding));
  };
  lay_out(one, 0, kPadding, 0);
  lay_out(other, other_begins_, kOtherPadding, one.size());
  sort(scratch.symbols, std::min(orders_, std::max(one.size(), other.size())));
  scratch.differs_before.assign(suffixes_.size(), 0);
  for (std::size_t before = 0; before < orders_; before += kLanes<Number>) count(scratch, before);
}

/// Sorts the suffixes by their first `depth` symbols: by the last of these first, each time keeping the order
/// of equal ones.
template <typename Number>
void NgramOverlap::sort(const std::vector<Number>& symbols, std::size_t depth) {
  const auto symbol = [&](std::size_t at) { return static_cast<std::size_t>(symbols[at]); };
  const auto largest = *std::max_element(symbols.begin(), symbols.end());
  occurrences_.assign(static_cast<std::size_t>(largest) + 1, 0);
  for (const std::uint32_t suffix : suffixes_) ++occurrences_[symbol(suffix + depth - 1)];
  next_suffixes_.resize(suffixes_.size());
  places_.resize(occurrences_.size());
  for (std::size_t at = depth; at-- > 0;) {
    std::exclusive_scan(occurrences_.begin(), occurrences_.end(), places_.begin(), std::uint32_t{0});
    for (const std::uint32_t suffix : suffixes_) next_suffixes_[places_[symbol(suffix + at)]++] = suffix;
    suffixes_.swap(next_suffixes_);
    if (at == 0) break;
    // One symbol to the left each text shows its symbol there instead of one more of its padding.
    ++occurrences_[symbol(at - 1)], --occurrences_[kPadding];
    ++occurrences_[symbol(other_begins_ + at - 1)], --occurrences_[kOtherPadding];
  }
}

/// Counts the orders before + 1, before + 2, …, as many as a vector has lanes. A run of equal n-grams of
/// which the one text has a and the other b adds |a - b| to what is unmatched; min(a, b) is half of the rest.
template <typename Number>
void NgramOverlap::count(Scratch<Number>& scratch, std::size_t before) {
  using Lanes = decltype(lanes_of(Number{}));
  const auto load = [&](std::size_t suffix) {
    Lanes lanes;
    std::memcpy(&lanes, scratch.symbols.data() + suffix + before, sizeof lanes);
    return lanes;
  };
  const auto absolute = [](Lanes lanes) { return lanes < -lanes ? -lanes : lanes; };
  Lanes surplus{}, unmatched{}, previous = load(suffixes_.front());
  for (std::size_t i = 0; i < suffixes_.size(); ++i) {
    const Lanes here = load(suffixes_[i]);
    // Lanes whose n-gram is not that of the sorted neighbour.
    const Lanes other = from_first_on((here != previous) | lanes_of(scratch.differs_before[i]));
    unmatched += other & absolute(surplus);
    const int of_other = suffixes_[i] >= other_begins_;
    surplus = (~other & surplus) + lanes_of(static_cast<Number>(1 - 2 * of_other));
    scratch.differs_before[i] = other[kLanes<Number> - 1];
    previous = here;
  }
  unmatched += absolute(surplus);
  for (std::size_t lane = 0; lane < std::min(kLanes<Number>, orders_ - before); ++lane)
    matches_[before + lane] = (suffixes_.size() - static_cast<std::size_t>(unmatched[lane])) / 2;
}

}  // namespace iiet
