#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

namespace iiet {

/// One subcommand of the program. `configure` declares the flags on the parser and returns what runs after
/// parsing (its result is the exit code). Flags are stored in state that the returned function owns.
struct Command {
  std::string name;
  std::string about;
  std::function<int()> (*configure)(CLI::App& parser);
  /// Instead of `configure`, for arguments that CLI11 cannot read: gets them as typed, `--help` included, and
  /// returns the exit code; an InputError is a usage error.
  int (*run)(std::span<const std::string> arguments) = nullptr;
};

/// Exit codes of the program.
inline constexpr int kDone = 0, kFailed = 1, kUsageError = 2, kRegression = 3, kInterrupted = 130;

/// Parses and runs one command. Errors become one line on stderr and an exit code. `--num_fewshot` is read as
/// `--num-fewshot`; an unknown flag names the closest known one.
int run_command(const Command& command, std::span<char*> arguments);

/// One line on stderr, `iiet-eval: <text>`; line ends and control characters of the text become spaces.
void complain(std::string_view text);

/// Set once the user asked to stop; long work checks it between steps and throws Interrupted.
bool stop_requested();
void watch_for_interrupts();

/// The command line as typed, for reports.
std::vector<std::string> typed_command();

/// Writes to standard output; a failure (disk full, closed pipe) throws Error. Nothing else prints results.
void print(std::string_view text);

// The commands; each is defined in harness/app/commands/<name>.cpp.
extern const Command kListCommand, kShowCommand, kDataCommand, kTokenizeCommand;
extern const Command kMetricCommand, kTableCommand, kCompareCommand;
extern const Command kEvalCommand, kScoreCommand, kGenerateCommand, kInitCommand;

}  // namespace iiet
