// What a report says of the program's build was fixed when it was built.

#include "harness/run/build_facts.hpp"

#include <cstdlib>

#include <catch2/catch.hpp>

#include "harness/base/files.hpp"
#include "harness/run/rows.hpp"
#include "tests/support/shared.hpp"

namespace iiet::test {
namespace {

namespace fs = std::filesystem;

void run(const std::string& command) {
  INFO(command);
  REQUIRE(std::system((command + " > /dev/null 2>&1").c_str()) == 0);
}

/// What cmake/build_facts.cmake says of a source tree.
std::string facts_of(const fs::path& source, const fs::path& output) {
  const fs::path root = project_root();
  run("cmake -D \"SOURCE=" + source.string() + "\" -D VERSION=9 -D BUILD_TYPE=Release -D \"FLAGS=-O3 -g\"" +
      " -D \"TEMPLATE=" + (root / "harness/run/build_facts.cpp.in").string() +
      "\" -D \"OUTPUT=" + output.string() + "\" -P \"" + (root / "cmake/build_facts.cmake").string() + "\"");
  return read_file(output);
}

}  // namespace

TEST_CASE("the report has the facts that the program was built with") {
  RunOptions options;
  options.command = {"iiet-eval", "--resume", "--tasks", "x"};
  const Json context = run_context(options);
  CHECK(context["commit"] == (kBuildFacts.commit ? Json(kBuildFacts.commit) : Json(nullptr)));
  CHECK((!kBuildFacts.commit || std::string(kBuildFacts.commit).size() == 40));
  CHECK(context["dirty"] == kBuildFacts.dirty);
  CHECK(context["build"]["flags"] == kBuildFacts.flags);
  CHECK(context["build"]["compiler"].get<std::string>().find("__VERSION__") == std::string::npos);
  CHECK(context["command"] == Json::array({"iiet-eval", "--tasks", "x"}));
}

TEST_CASE("the commit of a source tree is its own, or none") {
  const TemporaryFolder folder;
  const fs::path source = folder.path() / "it's (here)", output = folder.path() / "facts.cpp";
  fs::create_directory(source);
  std::string facts = facts_of(source, output);
  CHECK(facts.find("{\"9\", nullptr, false, \"Release\"") != std::string::npos);
  CHECK(facts.find("\"-O3 -g\"") != std::string::npos);

  const std::string git = "git -C \"" + source.string() + "\" -c user.name=n -c user.email=e@example ";
  run(git + "init");
  write_file_atomically(source / "a", "a");
  run(git + "add a");
  run(git + "commit -m first");
  facts = facts_of(source, output);
  const std::size_t at = facts.find("{\"9\", \"");
  REQUIRE(at != std::string::npos);
  CHECK(facts.substr(at + 47, 9) == "\", false,");
  const auto written = fs::last_write_time(output);
  facts_of(source, output);
  CHECK(fs::last_write_time(output) == written);
  write_file_atomically(source / "b", "b");
  CHECK(facts_of(source, output).find("\", true, ") != std::string::npos);
  fs::create_directory(source / "below");
  CHECK(facts_of(source / "below", output).find("nullptr") != std::string::npos);
}

}  // namespace iiet::test
