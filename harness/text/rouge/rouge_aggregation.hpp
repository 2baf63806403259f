#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "harness/base/resample/resample.hpp"
#include "harness/base/resample/row_table.hpp"
#include "harness/text/rouge/rouge.hpp"

namespace iiet {

/// Adds up scores in their order, so that the mean is rouge_score's to the last bit.
class RougeSum {
 public:
  void add(const RougeScore& score);
  std::size_t documents() const { return documents_; }
  /// Means of precision, recall and F-measure, each on its own. Throws InputError where nothing was added.
  RougeScore mean() const;

 private:
  RougeScore sum_;
  std::size_t documents_ = 0;
};

/// Scores of documents, to be resampled.
class RougeTable {
 public:
  void add(const RougeScore& score) { table_.add(std::array{score.precision, score.recall, score.fmeasure}); }

  /// The means of `samples` resamples of the documents (at least one), whose places `draw` fills in.
  template <typename Draw>
  std::vector<RougeScore> means_of_resamples(std::size_t samples, Draw&& draw) const {
    return resampled(table_.rows(), samples, draw, [&](std::span<const std::uint32_t> places) {
      const std::vector<double> sums = table_.sums_of(places);
      const auto n = static_cast<double>(places.size());
      return RougeScore{sums[0] / n, sums[1] / n, sums[2] / n};
    });
  }

 private:
  RowTable<double> table_{3};
};

/// Percentiles of the means of resamples, each of precision, recall and F-measure on its own. `mid` is the
/// median, not the mean.
struct RougeInterval {
  RougeScore low, mid, high;
};

struct RougeResampling {
  std::uint32_t seed = 0;
  std::size_t samples = 1000;
  double confidence = 0.95;  // above 0, below 1
};

/// What rouge_score's `BootstrapAggregator` returns after `numpy.random.seed(seed)`:
/// `scores[type][document]`, one interval a type, all from one stream of random numbers in the order of the
/// types. Throws InputError where a type has no document or an option is out of range.
std::vector<RougeInterval> rouge_intervals(std::span<const std::vector<RougeScore>> scores,
                                           const RougeResampling& resampling);

}  // namespace iiet
