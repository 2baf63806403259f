#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/base/registry.hpp"
#include "harness/eval/request.hpp"

namespace iiet {

/// What one document contributes: a value and, for ratios of sums, its weight (words, bytes), for metrics of
/// a corpus its statistics.
struct DocumentValue {
  double value = 0;
  double weight = 1;
  std::vector<double> statistics = {};
};

/// An aggregated metric; `standard_error` is absent where the reference gives none ("N/A").
struct Estimate {
  double value = 0;
  std::optional<double> standard_error;
  std::size_t n = 0;
};

/// How errors without a closed form are estimated (lm_eval's `bootstrap_stderr`). 0 iterations switch off all
/// errors.
struct Resampling {
  std::size_t iterations = 100000;
  int threads = 0;  // 0: as many as the machine has; the numbers are the same for any
};

/// A metric reads outcomes; tasks never compute a score. Order of documents is irrelevant but for the
/// bootstrap's stream.
struct Metric {
  std::string name;
  std::string about;
  bool higher_is_better = true;
  DocumentValue (*of_document)(const Sample& sample, std::span<const Response> responses) = nullptr;
  Estimate (*aggregate)(std::span<const DocumentValue> values, const Resampling& resampling) = nullptr;
};
template <>
inline constexpr std::string_view kind_of<Metric> = "metric";

}  // namespace iiet
