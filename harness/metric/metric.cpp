#include "harness/metric/metric.hpp"

#include <algorithm>

namespace iiet {

std::vector<double> summands(const Metric& metric, const DocumentValue& value) {
  if (metric.form == DocumentForm::kTexts) return value.statistics;
  return {value.value, value.weight};
}

Measurement::Measurement(std::span<const Metric* const> metrics) : metrics_(metrics.size()) {
  std::vector<bool> taken(metrics.size());
  for (std::size_t first = 0; first < metrics.size(); ++first) {
    if (taken[first]) continue;
    std::vector<std::string> names;
    Family family;
    for (std::size_t i = first; i < metrics.size(); ++i) {
      if (metrics[i]->measure != metrics[first]->measure) continue;
      taken[i] = true;
      names.push_back(metrics[i]->name);
      family.places.push_back(i);
    }
    family.measure = metrics[first]->measure(names);
    families_.push_back(std::move(family));
  }
}

std::vector<DocumentValue> Measurement::of_document(const Outcome& outcome) {
  std::vector<DocumentValue> values(metrics_);
  for (Family& family : families_) {
    auto of_family = family.measure->of_document(outcome);
    for (std::size_t i = 0; i < family.places.size(); ++i) values[family.places[i]] = std::move(of_family[i]);
  }
  return values;
}

}  // namespace iiet
