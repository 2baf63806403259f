#include "tests/support/golden_texts.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include <zlib.h>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "tests/support/shared.hpp"

namespace iiet::test {
namespace {

// zlib hands files that are not packed through as they are.
std::string unpacked(const std::string& path) {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), gzclose);
  if (!file) throw Error(path + ": cannot be read");
  std::string content;
  std::array<char, 1 << 16> buffer;
  for (int bytes; (bytes = gzread(file.get(), buffer.data(), buffer.size())) != 0;) {
    if (bytes < 0) throw Error(path + ": damaged");
    content.append(buffer.data(), static_cast<std::size_t>(bytes));
  }
  return content;
}

}  // namespace

Json golden_metrics(const std::string& name) { return read_json(shared_folder() / "golden/metrics" / name); }

std::string golden_content(const std::string& path) {
  return unpacked((shared_folder().parent_path() / path).string());
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
