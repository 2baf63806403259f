#include "harness/metric/aggregation.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/base/resample/row_table.hpp"
#include "harness/metric/bootstrap.hpp"

namespace iiet {
namespace {

RowTable<double> table_of(const Metric& metric, std::span<const DocumentValue> values) {
  RowTable<double> table(summands(metric, values.front()).size());
  for (const DocumentValue& value : values) table.add(summands(metric, value));
  return table;
}

std::optional<double> error_of_mean(std::span<const DocumentValue> values, const Resampling& resampling) {
  if (values.size() < 2 || resampling.iterations == 0) return std::nullopt;
  std::vector<double> numbers;
  for (const DocumentValue& value : values) numbers.push_back(value.value);
  return sample_deviation(numbers) / std::sqrt(static_cast<double>(numbers.size()));
}

std::optional<double> error_by_bootstrap(const Metric& metric, const RowTable<double>& table,
                                         const Resampling& resampling) {
  const Resampling capped{std::min(resampling.iterations, metric.most_resamples), resampling.threads};
  const auto of_resample = [&](std::span<const std::uint32_t> places) {
    return metric.of_sums(table.sums_of(places));
  };
  return bootstrap_standard_error(table.rows(), of_resample, capped);
}

}  // namespace

Estimate estimate(const Metric& metric, std::span<const DocumentValue> values, const Resampling& resampling) {
  if (values.empty()) throw Error("a metric over no documents has no value");
  const RowTable<double> table = table_of(metric, values);
  Estimate result{metric.of_sums(table.sums()), std::nullopt, values.size()};
  if (metric.error == StandardError::kOfMean) result.standard_error = error_of_mean(values, resampling);
  if (metric.error == StandardError::kBootstrap)
    result.standard_error = error_by_bootstrap(metric, table, resampling);
  return result;
}

double sample_deviation(std::span<const double> values) {
  const auto sum = [&](auto of) {
    double total = 0;
    for (const double value : values) total += of(value);
    return total;
  };
  const double mean = sum([](double value) { return value; }) / static_cast<double>(values.size());
  const double squares = sum([&](double value) { return (value - mean) * (value - mean); });
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

double ratio_of_sums(std::span<const double> sums) { return sums[0] / sums[1]; }
double perplexity_of_sums(std::span<const double> sums) { return std::exp(-ratio_of_sums(sums)); }
double bits_of_sums(std::span<const double> sums) { return -ratio_of_sums(sums) / std::log(2.0); }

}  // namespace iiet
