#include "tests/support/program.hpp"

#include <chrono>
#include <cstdlib>
#include <thread>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "tests/support/shared.hpp"

namespace iiet::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

std::string program() {
  const char* path = std::getenv("IIET_PROGRAM");
  if (!path) throw Error("IIET_PROGRAM is not set: run the tests with ctest");
  return fs::absolute(path).string();
}

int exit_code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

/// Runs `arguments` behind `prefix` of shell; `folder` has the file `in` and gets `err`.
int run(const fs::path& folder, const std::string& output, const std::string& prefix,
        const std::vector<std::string>& arguments) {
  std::string command = prefix + quoted(program());
  for (const std::string& argument : arguments) command += " " + quoted(argument);
  command += " < " + quoted((folder / "in").string()) + " > " + quoted(output) + " 2> " +
             quoted((folder / "err").string());
  return exit_code_of(std::system(command.c_str()));
}

pid_t start(const fs::path& outputs, std::vector<std::string> arguments, const fs::path& folder) {
  arguments.insert(arguments.begin(), program());
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  const std::string out = (outputs / "out").string(), err = (outputs / "err").string();
  for (const std::string& path : {out, err}) write_file_atomically(path, "");  // it may be killed at once
  const pid_t process = ::fork();
  if (process < 0) throw Error("cannot start a process");
  if (process > 0) return process;
  for (const auto& [path, target] : {std::pair(&out, 1), std::pair(&err, 2)})
    ::dup2(::open(path->c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), target);
  if (::chdir(folder.c_str()) == 0) ::execv(pointers.front(), pointers.data());
  ::_exit(127);
}

}  // namespace

Run run_program(const std::vector<std::string>& arguments, const std::string& input,
                const std::vector<std::string>& environment) {
  return run_program_in(".", arguments, input, environment);
}

Run run_program_in(const fs::path& working, const std::vector<std::string>& arguments,
                   const std::string& input, const std::vector<std::string>& environment) {
  const TemporaryFolder folder;
  const fs::path out = folder.path() / "out";
  write_file_atomically(folder.path() / "in", input);
  std::string prefix = "env " + quoted("--chdir=" + working.string()) + " ";
  for (const std::string& variable : environment) prefix += quoted(variable) + " ";
  const int exit_code = run(folder.path(), out.string(), prefix, arguments);
  return {exit_code, read_file(out), read_file(folder.path() / "err")};
}

Run run_program_into(const std::string& output, const std::vector<std::string>& arguments,
                     const std::string& input) {
  const TemporaryFolder folder;
  write_file_atomically(folder.path() / "in", input);
  const int exit_code = run(folder.path(), output, "", arguments);
  return {exit_code, "", read_file(folder.path() / "err")};
}

Run run_program_with_small_files(int blocks, const std::vector<std::string>& arguments) {
  const TemporaryFolder folder;
  const fs::path out = folder.path() / "out";
  write_file_atomically(folder.path() / "in", "");
  const std::string prefix = "trap '' XFSZ; ulimit -f " + std::to_string(blocks) + "; ";
  const int exit_code = run(folder.path(), out.string(), prefix, arguments);
  return {exit_code, read_file(out), read_file(folder.path() / "err")};
}

Program::Program(const std::vector<std::string>& arguments, const fs::path& folder)
    : process_(start(outputs_.path(), arguments, folder)) {}

Program::~Program() {
  if (has_ended()) return;
  send(SIGKILL);
  wait();
}

bool Program::has_ended() {
  int status = 0;
  if (!status_ && ::waitpid(process_, &status, WNOHANG) == process_) status_ = status;
  return status_.has_value();
}

bool Program::catches(int signal) const {
  std::error_code ignored;
  const fs::path executable = fs::read_symlink("/proc/" + std::to_string(process_) + "/exe", ignored);
  if (!executable.filename().string().starts_with("iiet-eval")) return false;
  const std::string status = read_file("/proc/" + std::to_string(process_) + "/status");
  const auto at = status.find("SigCgt:");
  return at != std::string::npos &&
         ((std::strtoull(status.c_str() + at + 7, nullptr, 16) >> (signal - 1)) & 1) != 0;
}

void Program::send(int signal) { ::kill(process_, signal); }

Run Program::wait() {
  int status = 0;
  if (!status_ && ::waitpid(process_, &status, 0) == process_) status_ = status;
  return {exit_code_of(status_.value_or(-1)), read_file(outputs_.path() / "out"),
          read_file(outputs_.path() / "err")};
}

Run interrupt_program(const std::vector<std::string>& arguments, int signal, int milliseconds) {
  Program program(arguments);
  while (!program.has_ended() && !program.catches(SIGINT)) std::this_thread::sleep_for(1ms);
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
  if (program.has_ended()) throw Error("the program ended before it was interrupted: " + program.wait().err);
  program.send(signal);
  return program.wait();
}

}  // namespace iiet::test
