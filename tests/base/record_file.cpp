#include "harness/base/record_file.hpp"

#include <csignal>
#include <thread>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "tests/support/shared.hpp"

namespace iiet::test {
namespace {

constexpr RecordKind kKind{"test file", 77}, kOther{"other file", 78};

std::string refusal(const std::filesystem::path& path, const RecordKind& kind = kKind) {
  try {
    RecordFile(path, kind).find("key 0");
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

/// The same database with a rollback journal and of another application.
std::string as_foreign(std::string bytes) {
  bytes[18] = bytes[19] = 1;
  bytes[71] = static_cast<char>(bytes[71] ^ 1);
  return bytes;
}

}  // namespace

TEST_CASE("a record file keeps bytes under bytes") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "records";
  const std::string odd("a\0b\xff", 4);
  {
    RecordFile file(path, kKind);
    CHECK_FALSE(file.find(odd));
    file.add(odd, "one");
    file.add(odd, "two");  // the first stays
    const std::vector<std::pair<std::string, std::string>> more{{"x", ""}, {"y", odd}};
    file.add(more);
  }
  RecordFile again(path, kKind);
  CHECK(again.find(odd) == "one");
  CHECK(again.find("x") == "");
  CHECK(again.find("y") == odd);
  CHECK_FALSE(again.find("z"));
}

TEST_CASE("a record file of another kind, another program or with changed bytes is refused by name") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "records.sqlite";
  {
    RecordFile file(path, kKind);
    for (int i = 0; i < 2000; ++i) file.add(fmt::format("key {}", i), std::string(50, 'r'));
  }
  CHECK(refusal(path).empty());
  CHECK(refusal(path, kOther).find("records.sqlite: no other file") != std::string::npos);
  CHECK(refusal(path, {"test file", 77, 2}).find("version 1") != std::string::npos);
  std::string bytes = read_file(path);
  const auto foreign = folder.path() / "foreign";
  write_file_atomically(foreign, as_foreign(bytes));
  CHECK(refusal(foreign).find("another SQLite file") != std::string::npos);
  CHECK(read_file(foreign) == as_foreign(bytes));
  const auto text = folder.path() / "text";
  write_file_atomically(text, std::string(5000, 'x'));
  CHECK(refusal(text).find("text: the test file is damaged") != std::string::npos);
  CHECK(refusal(folder.path()).find(folder.path().string()) != std::string::npos);
  const auto changed = folder.path() / "changed";
  for (std::size_t at = 0; (at = bytes.find("rrr", at)) != std::string::npos; at += 3) bytes[at] = 's';
  write_file_atomically(changed, bytes);
  CHECK(refusal(changed).find("changed: the test file is damaged") != std::string::npos);
}

TEST_CASE("several handles and threads write one record file at once") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "records";
  {
    std::vector<std::jthread> writers;
    for (int w = 0; w < 4; ++w)
      writers.emplace_back([&path, w] {
        RecordFile file(path, kKind);
        for (int i = 0; i < 50; ++i) {
          file.add(fmt::format("{} {}", w, i), "own");
          file.add(fmt::format("shared {}", i), "the same");
        }
      });
  }
  RecordFile file(path, kKind);
  for (int i = 0; i < 50; ++i) {
    for (int w = 0; w < 4; ++w) CHECK(file.find(fmt::format("{} {}", w, i)) == "own");
    CHECK(file.find(fmt::format("shared {}", i)) == "the same");
  }
}

TEST_CASE("what was added is there after the process was killed") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "records";
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    RecordFile file(path, kKind);
    for (int i = 0;; ++i) {
      file.add(fmt::format("key {}", i), fmt::format("record {}", i));
      if (::write(ends[1], &i, sizeof i) != sizeof i) ::_exit(1);
    }
  }
  int last = -1;
  while (last < 300) REQUIRE(::read(ends[0], &last, sizeof last) == sizeof last);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(ends[0]);
  ::close(ends[1]);
  RecordFile file(path, kKind);
  for (int i = 0; i <= last; ++i) CHECK(file.find(fmt::format("key {}", i)) == fmt::format("record {}", i));
}

}  // namespace iiet::test
