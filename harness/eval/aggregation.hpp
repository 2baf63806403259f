#pragma once

#include <span>

#include "harness/eval/metric.hpp"

namespace iiet {

/// Sums run from left to right in double, as Python's `sum` up to version 3.11: the reference's values to the
/// last digit.

/// Arithmetic mean of at least one value.
double mean(std::span<const double> values);

/// Standard deviation with n - 1 in the denominator, of at least two values.
double sample_deviation(std::span<const double> values);

/// Mean of the document values, error sd / sqrt(n).
Estimate mean_estimate(std::span<const DocumentValue> values, const Resampling& resampling);

/// exp(-mean), error by bootstrap.
Estimate perplexity_estimate(std::span<const DocumentValue> values, const Resampling& resampling);

/// exp(-Σ value / Σ weight), without an error.
Estimate weighted_perplexity_estimate(std::span<const DocumentValue> values, const Resampling& resampling);

/// -Σ value / Σ weight / ln 2, without an error.
Estimate bits_per_weight_estimate(std::span<const DocumentValue> values, const Resampling& resampling);

}  // namespace iiet
