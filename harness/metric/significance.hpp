#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "harness/metric/logged_value.hpp"

namespace iiet {

/// p-values of two-sided tests, 0 to 1.

/// Exact test of McNemar (1947): documents that only the old run and only the new run got right. Under no
/// difference each is as likely as the other.
double mcnemar_p_value(std::size_t only_old, std::size_t only_new);

/// z-test of the difference of two independent estimates with these standard errors. Without any error equal
/// values give 1, others 0.
double z_test_p_value(double difference, double old_error, double new_error);

/// A score of a set of documents that follows from the sum of their statistics.
using ScoreOfSums = std::function<double(std::span<const double> sums)>;

/// The least that a two-sided test of paired documents may give: 2^(1 - documents), where every document went
/// the same way.
double smallest_paired_p_value(std::size_t documents);

/// Paired bootstrap over documents (Koehn 2004): the share of resamples whose difference of scores, moved to
/// mean 0, exceeds the real one, with the smoothing (k + 1) / (n + 1), but no less than
/// smallest_paired_p_value. The same for every run of the program. Both runs are of the same documents, at
/// least one.
double paired_bootstrap_p_value(const DocumentStatistics& old_run, const DocumentStatistics& new_run,
                                const ScoreOfSums& score);

}  // namespace iiet
