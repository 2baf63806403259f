#include <catch2/catch.hpp>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "tests/support/shared.hpp"

namespace iiet::test {

TEST_CASE("a file appears whole or not at all") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "a" / "b";
  const auto entries = [&] {
    return std::distance(std::filesystem::directory_iterator(path.parent_path()), {});
  };
  {
    AtomicFile dropped(path);
    dropped.write("lost");
    CHECK_FALSE(std::filesystem::exists(path));
  }
  CHECK(entries() == 0);
  AtomicFile first(path), second(path);
  first.write("one ");
  second.write("three");
  first.write("two");
  first.commit();
  CHECK(read_file(path) == "one two");
  second.commit();
  CHECK(read_file(path) == "three");
  CHECK(entries() == 1);
}

TEST_CASE("a file where none can be written is refused when it is opened") {
  CHECK_THROWS_AS(AtomicFile("/proc/nothing"), InputError);
}

}  // namespace iiet::test
