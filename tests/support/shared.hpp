#pragma once

#include <filesystem>

#include <catch2/catch.hpp>

namespace iiet::test {

/// The folder with reference values and data: $IIET_SHARED, else `../shared` beside the checkout; empty if
/// absent.
std::filesystem::path shared_folder();

/// A fresh folder, removed at the end of the scope.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace iiet::test

/// Ends the test case, shown as skipped by ctest, where `relative` is not in the folder with reference
/// values.
#define REQUIRE_SHARED(relative)                                                                \
  if (iiet::test::shared_folder().empty() ||                                                    \
      !std::filesystem::exists(iiet::test::shared_folder() / (relative))) {                     \
    WARN("SKIPPED: " << (relative) << " is not there (set IIET_SHARED to the reference data)"); \
    return;                                                                                     \
  }
