#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "harness/metric/aggregation.hpp"

namespace iiet {

/// A statistic of drawn documents, given by their places, one as often as it was drawn. Called from several
/// threads.
using PlacesStatistic = std::function<double(std::span<const std::uint32_t> places)>;

/// Standard error of a statistic of `size` documents by resampling with replacement, as
/// lm-evaluation-harness's `bootstrap_stderr`: chunks of min(1000, iterations) resamples, chunk i drawn by
/// Python's generator seeded with i, iterations / chunk rounded down of them; the sample standard deviation
/// of the resampled statistics. Bit for bit the same for any number of threads. Absent for fewer than two
/// documents or two resamples.
std::optional<double> bootstrap_standard_error(std::size_t size, const PlacesStatistic& statistic,
                                               const Resampling& resampling);

}  // namespace iiet
