#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "tests/support/shared.hpp"

namespace iiet::test {

/// How a run of the program ended.
struct Run {
  int exit_code = -1;  // 128 + N where signal N ended it
  std::string out, err;
};

/// Runs the program ($IIET_PROGRAM) with these arguments and this standard input. `environment` holds
/// `NAME=value`.
Run run_program(const std::vector<std::string>& arguments, const std::string& input = "",
                const std::vector<std::string>& environment = {});

/// The same with `folder` as its working folder.
Run run_program_in(const std::filesystem::path& folder, const std::vector<std::string>& arguments,
                   const std::string& input = "", const std::vector<std::string>& environment = {});

/// The same with standard output sent to the file `output` (such as /dev/full), which is not read back.
Run run_program_into(const std::string& output, const std::vector<std::string>& arguments,
                     const std::string& input = "");

/// The same where no file may grow beyond `blocks` of 512 or 1024 bytes: writing fails as on a full disk.
Run run_program_with_small_files(int blocks, const std::vector<std::string>& arguments);

/// The program at work, in a working folder.
class Program {
 public:
  Program(const std::vector<std::string>& arguments, const std::filesystem::path& folder = ".");
  /// Kills it if it is still there.
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  bool has_ended();
  /// Whether it is the program already (and not what starts it) and has a handler for the signal.
  bool catches(int signal) const;
  void send(int signal);
  Run wait();

 private:
  TemporaryFolder outputs_;
  pid_t process_;
  std::optional<int> status_;
};

/// Starts the program, waits until it catches SIGINT and has worked for `milliseconds` more, sends it
/// `signal` and waits for its end. Throws Error if it ends before that.
Run interrupt_program(const std::vector<std::string>& arguments, int signal, int milliseconds);

}  // namespace iiet::test
