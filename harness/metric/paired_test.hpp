#pragma once

#include <string>

#include "harness/metric/logged_value.hpp"

namespace iiet {

/// What a test on the same documents says.
struct PairedTest {
  double p_value = 1;
  std::string method;  // for people
};

/// Compares two runs document by document, as the form of the metric's documents has it: the exact McNemar
/// test, or a paired bootstrap of the metric or the mean that it follows from. Both runs are of the same
/// documents, at least one.
PairedTest paired_test(const Metric& metric, const DocumentStatistics& old_run,
                       const DocumentStatistics& new_run);

/// The metric of the sums of a run's documents, at least one.
double value_of(const Metric& metric, const DocumentStatistics& run);

}  // namespace iiet
