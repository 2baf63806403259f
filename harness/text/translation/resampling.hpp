#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "harness/base/random/numpy_random.hpp"
#include "harness/text/translation/corpus_metric.hpp"
#include "harness/text/translation/statistics_table.hpp"

namespace iiet {

// Significance as sacreBLEU 2.6 computes it, with the arithmetic of NumPy 1: the same draws, the same sums.

struct ResamplingOptions {
  std::size_t samples = 1000;
  SeedWords seed;  // entropy_seed() for another result in every run
};

/// Mean of the resampled scores and half of the width of their 95 % interval, in the units of the score.
struct Interval {
  double mean, half_width;
};

/// What a paired test says of one system; the baseline, which comes first, has no p-value.
struct PairedResult {
  double score;
  std::optional<double> p_value;
  std::optional<Interval> interval;
};

/// Confidence interval of one system by bootstrap over segments (Koehn 2004); none for fewer than two
/// samples. The table must not be empty.
std::optional<Interval> bootstrap_interval(const CorpusMetric& metric, const StatisticsTable& system,
                                           const ResamplingOptions& resampling);

/// Each system against the first by paired bootstrap: the share of resamples whose difference, moved to mean
/// 0, exceeds the real one. Tables are of the same segments, at least one.
std::vector<PairedResult> paired_bootstrap(const CorpusMetric& metric,
                                           std::span<const StatisticsTable> systems,
                                           const ResamplingOptions& resampling);

/// Each system against the first by paired approximate randomisation (Riezler and Maxwell 2005): the share of
/// trials, swapping segments at random, whose difference exceeds the real one. With `confidence_samples` > 0
/// also intervals, as sacreBLEU's API gives them.
std::vector<PairedResult> paired_randomisation(const CorpusMetric& metric,
                                               std::span<const StatisticsTable> systems,
                                               const ResamplingOptions& trials,
                                               std::size_t confidence_samples = 0);

}  // namespace iiet
