#include "harness/base/resample/pairwise_sum.hpp"

#include <array>
#include <cassert>

namespace iiet {

double pairwise_sum(std::span<const double> values) {
  constexpr std::size_t lanes = 8, block = 128;
  const std::size_t n = values.size();
  if (n < lanes) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum;
  }
  if (n > block) {
    const std::size_t half = n / 2 / lanes * lanes;
    return pairwise_sum(values.first(half)) + pairwise_sum(values.subspan(half));
  }
  std::array<double, lanes> a;
  for (std::size_t i = 0; i < lanes; ++i) a[i] = values[i];
  std::size_t at = lanes;
  for (; at + lanes <= n; at += lanes)
    for (std::size_t i = 0; i < lanes; ++i) a[i] += values[at + i];
  double sum = ((a[0] + a[1]) + (a[2] + a[3])) + ((a[4] + a[5]) + (a[6] + a[7]));
  for (; at < n; ++at) sum += values[at];
  return sum;
}

double pairwise_mean(std::span<const double> values) {
  assert(!values.empty());
  return pairwise_sum(values) / static_cast<double>(values.size());
}

}  // namespace iiet
