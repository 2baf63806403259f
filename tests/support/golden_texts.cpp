#include "tests/support/golden_texts.hpp"

#include <algorithm>
#include <memory>

#include "harness/base/files.hpp"
#include "tests/support/shared.hpp"

namespace iiet::test {

Json golden_metrics(const std::string& name) { return read_json(shared_folder() / "golden/metrics" / name); }

std::string golden_content(const std::string& path) {
  return read_file(shared_folder().parent_path() / path);
}

GoldenText golden_text(const std::string& path) {
  GoldenText text{std::make_shared<const std::string>(golden_content(path)), {}};
  for (std::string_view rest = *text.content; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    text.lines.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return text;
}

std::vector<std::string_view> GoldenSet::references_of(std::size_t segment) const {
  std::vector<std::string_view> result;
  for (const GoldenText& text : references) result.push_back(text.lines.at(segment));
  return result;
}

GoldenSet golden_set(const Json& set) {
  GoldenSet result{golden_text(set["hypotheses"]), {}};
  for (const Json& path : set["references"]) result.references.push_back(golden_text(path));
  return result;
}

}  // namespace iiet::test
