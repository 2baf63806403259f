#include "harness/text/translation/resampling.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "harness/base/resample/pairwise_sum.hpp"
#include "harness/base/resample/resample.hpp"
#include "harness/text/translation/swapped_scores.hpp"

namespace iiet {
namespace {

using Scores = std::vector<double>;

/// Scores of every system under the same resamples: [system][sample].
std::vector<Scores> resampled_scores(const CorpusMetric& metric, std::span<const StatisticsTable> systems,
                                     std::size_t samples, NumpyRandom& random) {
  const std::size_t segments = systems.front().segments();
  assert(segments > 0);
  const auto draw = [&](std::span<std::uint32_t> places) {
    random.fill_indices(static_cast<std::uint32_t>(segments), places);
  };
  std::vector<Scores> scores(systems.size());
  resampled(segments, samples, draw, [&](std::span<const std::uint32_t> places) {
    for (std::size_t s = 0; s < systems.size(); ++s)
      scores[s].push_back(metric.resampled_score(systems[s].sums_of(places)));
    return 0;
  });
  return scores;
}

double half_width(const Scores& sorted) {
  const std::size_t low = sorted.size() / 40;
  return 0.5 * (sorted[sorted.size() - low - 1] - sorted[low]);
}

/// The mean as Python's `statistics` rounds it: once, at the end. Two doubles hold the sum exactly (Knuth's
/// two-sum) where scores differ by less than 10^12 times.
double exact_mean(const Scores& scores) {
  double sum = 0, rest = 0;
  for (const double score : scores) {
    const double total = sum + score, moved = total - sum;
    rest += (sum - (total - moved)) + (score - moved);
    sum = total;
  }
  const auto n = static_cast<double>(scores.size());
  const double mean = sum / n;
  return mean + (std::fma(-mean, n, sum) + rest) / n;
}

/// The interval of the paired tests, whose mean is NumPy's.
Interval paired_interval(Scores scores) {
  std::sort(scores.begin(), scores.end());
  return {pairwise_mean(scores), half_width(scores)};
}

double p_value(const Scores& differences, double real) {
  const auto larger = std::count_if(differences.begin(), differences.end(),
                                    [&](double difference) { return difference > std::abs(real); });
  return (static_cast<double>(larger) + 1) / (static_cast<double>(differences.size()) + 1);
}

std::vector<PairedResult> real_scores(const CorpusMetric& metric, std::span<const StatisticsTable> systems) {
  assert(!systems.empty());
  std::vector<PairedResult> results;
  for (const StatisticsTable& system : systems) {
    assert(system.segments() == systems.front().segments());
    results.push_back({metric.score(system.sums()), std::nullopt, std::nullopt});
  }
  return results;
}

}  // namespace

std::optional<Interval> bootstrap_interval(const CorpusMetric& metric, const StatisticsTable& system,
                                           const ResamplingOptions& resampling) {
  if (resampling.samples < 2) return std::nullopt;
  NumpyRandom random(resampling.seed);
  Scores scores = resampled_scores(metric, {&system, 1}, resampling.samples, random).front();
  std::sort(scores.begin(), scores.end());
  return Interval{exact_mean(scores), half_width(scores)};
}

std::vector<PairedResult> paired_bootstrap(const CorpusMetric& metric,
                                           std::span<const StatisticsTable> systems,
                                           const ResamplingOptions& resampling) {
  std::vector<PairedResult> results = real_scores(metric, systems);
  NumpyRandom random(resampling.seed);
  const std::vector<Scores> scores = resampled_scores(metric, systems, resampling.samples, random);
  for (std::size_t s = 0; s < systems.size(); ++s) {
    results[s].interval = paired_interval(scores[s]);
    if (s == 0) continue;
    Scores differences;
    for (std::size_t i = 0; i < scores[s].size(); ++i)
      differences.push_back(std::abs(scores[s][i] - scores[0][i]));
    const double mean = pairwise_mean(differences);
    for (double& difference : differences) difference -= mean;
    results[s].p_value = p_value(differences, results[s].score - results[0].score);
  }
  return results;
}

std::vector<PairedResult> paired_randomisation(const CorpusMetric& metric,
                                               std::span<const StatisticsTable> systems,
                                               const ResamplingOptions& trials,
                                               std::size_t confidence_samples) {
  std::vector<PairedResult> results = real_scores(metric, systems);
  // Every system starts from the same seed, so all see the same swaps and, after them, the same resamples.
  NumpyRandom random(trials.seed);
  const std::vector<Scores> differences = swapped_differences(metric, systems, trials.samples, random);
  for (std::size_t s = 1; s < systems.size(); ++s)
    results[s].p_value = p_value(differences[s - 1], results[s].score - results[0].score);
  if (confidence_samples == 0) return results;

  NumpyRandom fresh(trials.seed);
  results[0].interval =
      paired_interval(resampled_scores(metric, systems.first(1), confidence_samples, fresh).front());
  const auto others = systems.subspan(1);
  if (others.empty()) return results;
  const std::vector<Scores> scores = resampled_scores(metric, others, confidence_samples, random);
  for (std::size_t s = 0; s < others.size(); ++s) results[s + 1].interval = paired_interval(scores[s]);
  return results;
}

}  // namespace iiet
