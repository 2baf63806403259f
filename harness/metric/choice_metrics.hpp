#pragma once

#include <span>
#include <string_view>

#include "harness/metric/aggregation.hpp"

namespace iiet {

/// Place of the largest score, the first of several; as numpy's argmax, NaN is larger than any number.
std::size_t first_largest(std::span<const double> scores);

/// What log-likelihoods are divided by before they are compared.
using Length = double (*)(std::string_view text);

/// 1 where the option of the largest log-likelihood / length is the right one, else 0. Throws Error unless
/// the outcome is a choice.
DocumentValue is_best_option_right(const Outcome& outcome, Length length);

}  // namespace iiet
