#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "harness/metric/metric.hpp"

namespace iiet {

/// An aggregated metric; `standard_error` is absent where the reference gives none ("N/A").
struct Estimate {
  double value = 0;
  std::optional<double> standard_error;
  std::size_t n = 0;
};

/// How errors without a closed form are estimated (lm_eval's `bootstrap_stderr`). 0 iterations switch off all
/// errors.
struct Resampling {
  std::size_t iterations = 100000;
  int threads = 0;  // 0: as many as the machine has; the numbers are the same for any
};

/// The metric of all documents, at least one. Sums run from left to right in double, as Python's `sum` up to
/// version 3.11: the reference's values to the last digit.
Estimate estimate(const Metric& metric, std::span<const DocumentValue> values, const Resampling& resampling);

/// Standard deviation with n - 1 in the denominator, of at least two values.
double sample_deviation(std::span<const double> values);

// What metrics make of sums of values and weights.
double ratio_of_sums(std::span<const double> sums);       // value / weight: a mean where all weights are 1
double perplexity_of_sums(std::span<const double> sums);  // exp(-value / weight)
double bits_of_sums(std::span<const double> sums);        // -value / weight / ln 2

}  // namespace iiet
