#include "harness/report/significance.hpp"

#include <algorithm>
#include <cmath>
#include <random>

namespace iiet {
namespace {

constexpr std::size_t kResamples = 2000;
constexpr std::uint64_t kSeed = 12345;

/// log of n over k.
double log_binomial(double n, double k) {
  return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
}

/// A place in [0, n), n < 2^32: the distributions of the standard library differ between its makers.
std::size_t draw(std::mt19937& random, std::size_t n) {
  return static_cast<std::size_t>(static_cast<std::uint64_t>(random()) * n >> 32);
}

void add_to(std::vector<double>& sums, const std::vector<double>& statistics) {
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += statistics[i];
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
  const std::size_t documents = old_run.size(), width = old_run.front().size();
  const auto difference = [&](auto document_of) {
    std::vector<double> old_sums(width), new_sums(width);
    for (std::size_t i = 0; i < documents; ++i) {
      const std::size_t document = document_of(i);
      add_to(old_sums, old_run[document]);
      add_to(new_sums, new_run[document]);
    }
    return score(new_sums) - score(old_sums);
  };
  const double real = std::abs(difference([](std::size_t i) { return i; }));
  if (real == 0) return 1;
  std::mt19937 random(kSeed);
  std::vector<double> differences(kResamples);
  double mean = 0;
  for (double& d : differences) {
    d = difference([&](std::size_t) { return draw(random, documents); });
    mean += d / static_cast<double>(kResamples);
  }
  const auto farther = std::count_if(differences.begin(), differences.end(),
                                     [&](double d) { return std::abs(d - mean) > real; });
  // Few documents resemble each other too often when drawn again (one always does), so that resampling alone
  // would find chance significant.
  return std::max(smallest_paired_p_value(documents),
                  static_cast<double>(farther + 1) / static_cast<double>(kResamples + 1));
}

}  // namespace iiet
