#pragma once

#include <span>
#include <vector>

#include "harness/base/random/numpy_random.hpp"
#include "harness/text/translation/corpus_metric.hpp"
#include "harness/text/translation/statistics_table.hpp"

namespace iiet {

/// For every system but the first, [system - 1][trial]: |score(A) - score(B)|, where A has the first system's
/// segment at a set bit and the other's at a clear one, and B the other way round. Draws the boolean matrix
/// [trials, segments] from `random`, row after row.
std::vector<std::vector<double>> swapped_differences(const CorpusMetric& metric,
                                                     std::span<const StatisticsTable> systems,
                                                     std::size_t trials, NumpyRandom& random);

}  // namespace iiet
