#include "tests/support/shared.hpp"

#include <cstdlib>

#include <unistd.h>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"

namespace iiet::test {
namespace fs = std::filesystem;

fs::path shared_folder() {
  const char* named = std::getenv("IIET_SHARED");
  const fs::path folder = named ? fs::path(named) : project_root() / ".." / "shared";
  return fs::is_directory(folder) ? fs::weakly_canonical(folder) : fs::path();
}

TemporaryFolder::TemporaryFolder() {
  std::string name = (fs::temp_directory_path() / "iiet-test-XXXXXX").string();
  if (!::mkdtemp(name.data())) throw Error(name + ": cannot make a temporary folder");
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace iiet::test
