#include "tests/support/program.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "tests/support/shared.hpp"

namespace iiet::test {
namespace {

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

}  // namespace

Run run_program(const std::vector<std::string>& arguments, const std::string& input,
                const std::vector<std::string>& environment) {
  const char* program = std::getenv("IIET_PROGRAM");
  if (!program) throw Error("IIET_PROGRAM is not set: run the tests with ctest");
  const TemporaryFolder folder;
  write_file_atomically(folder.path() / "in", input);
  std::string command = "env ";
  for (const std::string& variable : environment) command += quoted(variable) + " ";
  command += quoted(program);
  for (const std::string& argument : arguments) command += " " + quoted(argument);
  const auto place = [&](const char* name) { return quoted((folder.path() / name).string()); };
  command += " < " + place("in") + " > " + place("out") + " 2> " + place("err");
  const int status = std::system(command.c_str());
  Run run;
  run.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  run.out = read_file(folder.path() / "out");
  run.err = read_file(folder.path() / "err");
  return run;
}

}  // namespace iiet::test
