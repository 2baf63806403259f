#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/json.hpp"

namespace iiet::test {

/// The file `golden/metrics/<name>` of the reference values.
Json golden_metrics(const std::string& name);

/// The whole file that a golden path (`shared/…`) names, unpacked where it ends in .gz.
std::string golden_content(const std::string& path);

/// A text of one segment a line: split at LF only, nothing stripped.
struct GoldenText {
  std::shared_ptr<const std::string> content;  // what the lines are slices of
  std::vector<std::string_view> lines;
};
GoldenText golden_text(const std::string& path);

/// The hypotheses and references of a golden set: `{"hypotheses": path, "references": [path…]}`.
struct GoldenSet {
  GoldenText hypotheses;
  std::vector<GoldenText> references;
  /// The references of one segment, in order.
  std::vector<std::string_view> references_of(std::size_t segment) const;
};
GoldenSet golden_set(const Json& set);

}  // namespace iiet::test
