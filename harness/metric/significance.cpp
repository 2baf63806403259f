#include "harness/metric/significance.hpp"

#include <algorithm>
#include <cmath>

#include "harness/base/resample/places.hpp"
#include "harness/base/resample/resample.hpp"
#include "harness/base/resample/row_table.hpp"

namespace iiet {
namespace {

constexpr std::size_t kResamples = 2000;
constexpr std::uint32_t kSeed = 12345;

/// log of n over k.
double log_binomial(double n, double k) {
  return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
}

RowTable<double> table_of(const DocumentStatistics& run) {
  RowTable<double> table(run.front().size());
  for (const std::vector<double>& document : run) table.add(document);
  return table;
}

}  // namespace

double smallest_paired_p_value(std::size_t documents) {
  return std::ldexp(1.0, 1 - static_cast<int>(std::min<std::size_t>(documents, 1000)));
}

double mcnemar_p_value(std::size_t only_old, std::size_t only_new) {
  const auto n = static_cast<double>(only_old + only_new);
  double tail = 0;  // of the binomial distribution with n trials of probability 1/2
  for (std::size_t k = 0; k <= std::min(only_old, only_new); ++k)
    tail += std::exp(log_binomial(n, static_cast<double>(k)) - n * std::log(2.0));
  return std::min(1.0, 2 * tail);
}

double z_test_p_value(double difference, double old_error, double new_error) {
  const double error = std::hypot(old_error, new_error);
  if (error == 0) return difference == 0 ? 1 : 0;
  return std::erfc(std::abs(difference) / error / std::sqrt(2.0));
}

double paired_bootstrap_p_value(const DocumentStatistics& old_run, const DocumentStatistics& new_run,
                                const ScoreOfSums& score) {
  const RowTable<double> before = table_of(old_run), after = table_of(new_run);
  const double real = std::abs(score(after.sums()) - score(before.sums()));
  if (real == 0) return 1;
  const std::vector<double> differences =
      resampled(before.rows(), kResamples, MersennePlaces(kSeed), [&](std::span<const std::uint32_t> places) {
        return score(after.sums_of(places)) - score(before.sums_of(places));
      });
  double mean = 0;
  for (const double difference : differences) mean += difference / static_cast<double>(kResamples);
  const auto farther = std::count_if(differences.begin(), differences.end(),
                                     [&](double d) { return std::abs(d - mean) > real; });
  // Few documents resemble each other too often when drawn again (one always does), so that resampling alone
  // would find chance significant.
  return std::max(smallest_paired_p_value(before.rows()),
                  static_cast<double>(farther + 1) / static_cast<double>(kResamples + 1));
}

}  // namespace iiet
