#include "harness/metric/result_name.hpp"

namespace iiet {

ResultName ResultName::parse(std::string_view text) {
  const std::size_t comma = text.find(',');
  ResultName name{std::string(text.substr(0, comma))};
  if (comma != std::string_view::npos) name.filter = text.substr(comma + 1);
  return name;
}

std::string ResultName::text() const { return filter == kNoFilter ? metric : metric + "," + filter; }

const Metric* metric_of_result(std::string_view name) {
  return Registry<Metric>::find(ResultName::parse(name).metric);
}

}  // namespace iiet
