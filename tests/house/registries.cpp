// Files of a self-registering folder and entries of its registry are the same set: an object file that the
// linker drops, or a file that registers nothing, shows here.

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "harness/base/files.hpp"
#include "harness/metric/metric.hpp"
#include "models/scheme.hpp"

using namespace iiet;

namespace {

using Names = std::set<std::string>;

Names files_in(const std::string& folder) {
  Names names;
  for (const auto& entry : std::filesystem::directory_iterator(project_root() / folder))
    if (entry.path().extension() == ".cpp") names.insert(entry.path().stem().string());
  return names;
}

// Names as files have them: snake_case.
template <typename T>
Names registered() {
  Names names;
  for (std::string name : Registry<T>::names()) {
    std::replace(name.begin(), name.end(), '-', '_');
    names.insert(name);
  }
  return names;
}

}  // namespace

TEST_CASE("every file of models/variants is a variant") {
  CHECK(registered<Variant>() == files_in("models/variants"));
  CHECK(registered<Variant>().contains("e_iiet"));
}

TEST_CASE("every file of harness/metric/metrics is a metric") {
  CHECK(registered<Metric>() == files_in("harness/metric/metrics"));
  CHECK(registered<Metric>().contains("acc_norm"));
}
