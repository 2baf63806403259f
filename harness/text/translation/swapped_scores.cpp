#include "harness/text/translation/swapped_scores.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

namespace iiet {
namespace {

constexpr std::size_t kWordBits = 32;
constexpr std::size_t kMostTrials = 4096, kMostBitsHeld = std::size_t{1} << 28;
constexpr std::size_t kGroup = 8, kSubsets = std::size_t{1} << kGroup;  // segments looked up at once

/// Some rows of the boolean matrix: one bit a segment, rows follow each other without a gap.
class Bits {
 public:
  Bits(std::size_t rows, std::size_t columns) : columns_(columns), words_(rows * columns / kWordBits + 3) {}

  void draw(NumpyRandom& random, std::size_t rows) {
    random.fill_bits(std::span(words_).first((rows * columns_ + kWordBits - 1) / kWordBits));
  }

  /// The `count` (at most 8) bits from `column` on; the first is the lowest.
  std::uint32_t group(std::size_t row, std::size_t column, std::size_t count) const {
    const std::size_t at = row * columns_ + column;
    const std::uint64_t two = words_[at / kWordBits] | std::uint64_t{words_[at / kWordBits + 1]} << kWordBits;
    return static_cast<std::uint32_t>(two >> at % kWordBits) & ((1U << count) - 1);
  }

 private:
  std::size_t columns_;
  std::vector<std::uint32_t> words_;
};

using Row = std::vector<double>;

/// Statistics of A and B of each trial of a block are handed to this.
struct Scorer {
  const CorpusMetric& metric;
  std::vector<double>& differences;
  void operator()(const Row& a, const Row& b) const {
    differences.push_back(std::abs(metric.score(a) - metric.score(b)));
  }
};

/// Sums of whole numbers below 2^31 are the same in any order: for every eight segments the sums of all their
/// subsets are tabulated, so that a trial adds one row of the table instead of eight (Arlazarov et al. 1970).
class WholeSums {
 public:
  WholeSums(const StatisticsTable& first, const StatisticsTable& other)
      : width_(first.width()), segments_(first.segments()), other_sums_(other.sums()), both_(first.sums()) {
    for (std::size_t k = 0; k < width_; ++k) both_[k] += other_sums_[k];
    gains_.reserve(segments_ * width_);
    for (std::size_t i = 0; i < segments_; ++i) {
      const Row a = first.segment(i), b = other.segment(i);
      for (std::size_t k = 0; k < width_; ++k) gains_.push_back(static_cast<std::int32_t>(a[k] - b[k]));
    }
  }

  static bool fits(const StatisticsTable& first, const StatisticsTable& other) {
    const Row a = first.sums(), b = other.sums();
    for (std::size_t k = 0; k < a.size(); ++k)
      if (a[k] + b[k] >= 2147483648.0) return false;
    return first.whole() && other.whole();
  }

  void operator()(const Bits& bits, std::size_t trials, const Scorer& score) const {
    std::vector<std::int32_t> gained(trials * width_);
    std::vector<std::int32_t> subsets(kSubsets * width_);
    for (std::size_t begin = 0; begin < segments_; begin += kGroup) {
      const std::size_t count = std::min(kGroup, segments_ - begin);
      tabulate(begin, count, subsets);
      for (std::size_t trial = 0; trial < trials; ++trial) {
        const std::int32_t* subset = subsets.data() + bits.group(trial, begin, count) * width_;
        std::int32_t* sums = gained.data() + trial * width_;
        for (std::size_t k = 0; k < width_; ++k) sums[k] += subset[k];
      }
    }
    Row a(width_), b(width_);
    for (std::size_t trial = 0; trial < trials; ++trial) {
      for (std::size_t k = 0; k < width_; ++k) {
        a[k] = other_sums_[k] + gained[trial * width_ + k];
        b[k] = both_[k] - a[k];
      }
      score(a, b);
    }
  }

 private:
  void tabulate(std::size_t begin, std::size_t count, std::vector<std::int32_t>& subsets) const {
    std::fill_n(subsets.begin(), width_, 0);
    for (std::size_t i = 0; i < count; ++i) {
      const std::int32_t* gain = gains_.data() + (begin + i) * width_;
      const std::size_t half = (std::size_t{1} << i) * width_;
      for (std::size_t at = 0; at < half; ++at) subsets[half + at] = subsets[at] + gain[at % width_];
    }
  }

  std::size_t width_, segments_;
  Row other_sums_, both_;
  std::vector<std::int32_t> gains_;  // [segments, width]: first minus other
};

/// Sums of doubles (TER with three references or more), in the order of the segments. NumPy leaves these sums
/// to its BLAS, whose order depends on the processor: where A and B differ by just as much as the two
/// systems, sacreBLEU's own p-value is not the same on all machines.
class OrderedSums {
 public:
  OrderedSums(const StatisticsTable& first, const StatisticsTable& other)
      : width_(first.width()), segments_(first.segments()) {
    for (std::size_t i = 0; i < segments_; ++i)
      for (const StatisticsTable* table : {&other, &first})
        for (const double value : table->segment(i)) rows_.push_back(value);
  }

  void operator()(const Bits& bits, std::size_t trials, const Scorer& score) const {
    Row a(width_), b(width_);
    for (std::size_t trial = 0; trial < trials; ++trial) {
      std::fill(a.begin(), a.end(), 0);
      std::fill(b.begin(), b.end(), 0);
      for (std::size_t i = 0; i < segments_; ++i) {
        const double* pair = rows_.data() + 2 * i * width_;
        const std::size_t chosen = bits.group(trial, i, 1);
        for (std::size_t k = 0; k < width_; ++k) {
          a[k] += pair[chosen * width_ + k];
          b[k] += pair[(1 - chosen) * width_ + k];
        }
      }
      score(a, b);
    }
  }

 private:
  std::size_t width_, segments_;
  std::vector<double> rows_;  // [segments, 2, width]: other, first
};

/// Rows of the matrix held at once: whole words, so that the stream of bits goes on where it stopped.
std::size_t block_of(std::size_t segments) {
  const std::size_t rows = std::clamp(kMostBitsHeld / segments, kWordBits, kMostTrials);
  return rows / kWordBits * kWordBits;
}

}  // namespace

std::vector<std::vector<double>> swapped_differences(const CorpusMetric& metric,
                                                     std::span<const StatisticsTable> systems,
                                                     std::size_t trials, NumpyRandom& random) {
  std::vector<std::vector<double>> differences(systems.size() - 1);
  const std::size_t segments = systems.front().segments();
  const std::size_t block = block_of(segments);
  Bits bits(std::min(block, trials), segments);
  for (std::size_t begin = 0; begin < trials; begin += block) {
    const std::size_t count = std::min(block, trials - begin);
    bits.draw(random, count);
    for (std::size_t s = 1; s < systems.size(); ++s) {
      const Scorer score{metric, differences[s - 1]};
      if (WholeSums::fits(systems[0], systems[s]))
        WholeSums(systems[0], systems[s])(bits, count, score);
      else
        OrderedSums(systems[0], systems[s])(bits, count, score);
    }
  }
  return differences;
}

}  // namespace iiet
