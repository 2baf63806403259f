#pragma once

#include <string>
#include <string_view>

#include "harness/metric/metric.hpp"

namespace iiet {

/// The name of the filter of tasks that have none.
inline constexpr const char* kNoFilter = "none";

/// What a result is called: `metric,filter`, or `metric` where the filter is `none`.
struct ResultName {
  std::string metric, filter = kNoFilter;

  /// The inverse of `text`.
  static ResultName parse(std::string_view text);
  std::string text() const;
};

/// The metric that a result of this name is of, or nothing where the program has none: a report of another
/// program or version, about which only what it says itself is known.
const Metric* metric_of_result(std::string_view name);

}  // namespace iiet
