#include "harness/eval/aggregation.hpp"

#include <cmath>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/eval/bootstrap.hpp"

namespace iiet {
namespace {

double sum(std::span<const double> values) {
  double total = 0;
  for (const double value : values) total += value;
  return total;
}

std::vector<double> values_of(std::span<const DocumentValue> documents) {
  if (documents.empty()) throw Error("a metric over no documents has no value");
  std::vector<double> values;
  values.reserve(documents.size());
  for (const DocumentValue& document : documents) values.push_back(document.value);
  return values;
}

/// Σ value / Σ weight.
double ratio_of_sums(std::span<const DocumentValue> documents) {
  double weight = 0;
  for (const DocumentValue& document : documents) weight += document.weight;
  return sum(values_of(documents)) / weight;
}

double perplexity(std::span<const double> loglikelihoods) { return std::exp(-mean(loglikelihoods)); }

}  // namespace

double mean(std::span<const double> values) { return sum(values) / static_cast<double>(values.size()); }

double sample_deviation(std::span<const double> values) {
  const double centre = mean(values);
  double squares = 0;
  for (const double value : values) squares += (value - centre) * (value - centre);
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

Estimate mean_estimate(std::span<const DocumentValue> documents, const Resampling& resampling) {
  const auto values = values_of(documents);
  Estimate estimate{mean(values), std::nullopt, values.size()};
  if (values.size() > 1 && resampling.iterations > 0)
    estimate.standard_error = sample_deviation(values) / std::sqrt(static_cast<double>(values.size()));
  return estimate;
}

Estimate perplexity_estimate(std::span<const DocumentValue> documents, const Resampling& resampling) {
  const auto values = values_of(documents);
  return {perplexity(values), bootstrap_standard_error(values, perplexity, resampling), values.size()};
}

Estimate weighted_perplexity_estimate(std::span<const DocumentValue> documents, const Resampling&) {
  return {std::exp(-ratio_of_sums(documents)), std::nullopt, documents.size()};
}

Estimate bits_per_weight_estimate(std::span<const DocumentValue> documents, const Resampling&) {
  return {-ratio_of_sums(documents) / std::log(2.0), std::nullopt, documents.size()};
}

}  // namespace iiet
