#pragma once

#include <span>

namespace iiet {

/// Sum in the order of NumPy's `sum` over contiguous doubles (pairwise summation, blocks of 128).
double pairwise_sum(std::span<const double> values);

/// `numpy.mean`; `values` must not be empty.
double pairwise_mean(std::span<const double> values);

}  // namespace iiet
