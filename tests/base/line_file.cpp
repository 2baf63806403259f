// Files that survive the end of the process at any moment.

#include "harness/base/line_file.hpp"

#include <fstream>

#include <catch2/catch.hpp>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "tests/support/shared.hpp"

namespace iiet::test {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

TEST_CASE("a line file keeps whole lines and cuts off a half one") {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "f";
  {
    LineFile file(path);
    CHECK(file.lines().empty());
    file.append("one");
    file.append("");
    file.append("two");
  }
  std::ofstream(path, std::ios::app) << "half a li";
  {
    LineFile file(path);
    CHECK(file.lines() == Lines{"one", "", "two"});
    file.append("three");
  }
  CHECK(read_file(path) == "one\n\ntwo\nthree\n");
  LineFile file(path);
  file.clear();
  file.append("anew");
  CHECK(read_file(path) == "anew\n");
}

TEST_CASE("a line file of one half line is empty") {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "f") << "half";
  CHECK(LineFile(folder.path() / "f").lines().empty());
  CHECK(fs::file_size(folder.path() / "f") == 0);
}

TEST_CASE("a line file is used by one at a time") {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "f";
  {
    const LineFile file(path);
    CHECK_THROWS_WITH(LineFile(path), Catch::Contains("another process is at work there"));
  }
  CHECK_NOTHROW(LineFile(path));
  CHECK_THROWS_AS(LineFile(folder.path() / "none" / "f"), InputError);
}

}  // namespace iiet::test
