#pragma once

#include <memory>
#include <span>
#include <vector>

#include "harness/base/json.hpp"
#include "harness/metric/metric.hpp"

namespace iiet {

/// What a document contributes, as samples files log it (and lm-evaluation-harness): a number; numerator and
/// denominator; or the reference, or the list of them where there are several, and the answer.
Json logged_value(const Metric& metric, const DocumentValue& value, const Outcome& outcome);

/// What the documents of a run contribute to the sums of a metric, one row a document.
using DocumentStatistics = std::vector<std::vector<double>>;

/// The inverse of `logged_value` for all documents of a run; texts are measured anew. Throws InputError
/// naming the metric where a value is not of its form.
DocumentStatistics statistics_of(const Metric& metric, std::span<const Json> logged);

}  // namespace iiet
