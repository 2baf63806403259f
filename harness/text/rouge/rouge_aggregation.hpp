#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

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
