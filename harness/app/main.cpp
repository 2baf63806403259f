#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "harness/app/command.hpp"
#include "harness/base/error.hpp"
#include "harness/base/error_message.hpp"

// The program as users start it. It runs the commands that need no tensor; the others are in
// `iiet-eval-engine` beside it, which replaces this process, so that only they pay for loading LibTorch.
namespace iiet {
namespace {

struct EngineCommand {
  std::string name, about;
};

const std::array<EngineCommand, 4> kEngineCommands{{
    {"eval", "evaluate models on tasks; prints a table, writes a report (the default command)"},
    {"score", "log-probabilities of texts or ids: JSON lines in, JSON lines out"},
    {"generate", "continue prompts: text or JSON lines in and out"},
    {"init", "make an untrained checkpoint from a configuration"},
}};

std::string help(std::span<const Command* const> commands) {
  std::string text =
      "iiet-eval: is the accuracy of an ODE Transformer worth its cost, on these tasks, on this machine?\n\n"
      "usage: iiet-eval [eval] --models M,… --tasks T,…\n       iiet-eval COMMAND … (each has "
      "--help)\n\ncommands:\n";
  for (const EngineCommand& c : kEngineCommands) text += fmt::format("  {:<10} {}\n", c.name, c.about);
  for (const Command* c : commands) text += fmt::format("  {:<10} {}\n", c->name, c->about);
  return text;
}

/// Becomes the engine; returns only if it cannot be started.
int start_engine(std::vector<char*> arguments) {
  std::error_code error;
  const auto engine =
      std::filesystem::read_symlink("/proc/self/exe", error).parent_path() / "iiet-eval-engine";
  std::string path = engine.string();
  arguments.insert(arguments.begin(), path.data());
  arguments.push_back(nullptr);
  ::execv(path.c_str(), arguments.data());
  complain(fmt::format("{}: cannot be started: {}", path, std::strerror(errno)));
  return kFailed;
}

int run(std::vector<char*> arguments) {
  const std::array<const Command*, 7> commands{&kListCommand,     &kShowCommand,   &kDataCommand,
                                               &kTokenizeCommand, &kMetricCommand, &kTableCommand,
                                               &kCompareCommand};
  const std::string first = arguments.empty() ? "--help" : arguments.front();
  if (first == "--help" || first == "-h" || first == "help") {
    print(help(commands));
    return arguments.empty() ? kUsageError : kDone;
  }
  if (first == "--version") {
    print("iiet-eval " IIET_VERSION "\n");
    return kDone;
  }
  const auto is_first = [&](const auto& command) { return command.name == first; };
  if (std::any_of(kEngineCommands.begin(), kEngineCommands.end(), is_first)) return start_engine(arguments);
  std::string eval = "eval";
  if (first.starts_with("-")) {
    arguments.insert(arguments.begin(), eval.data());
    return start_engine(arguments);
  }
  for (const Command* command : commands)
    if (command->name == first) return run_command(*command, std::span(arguments).subspan(1));
  std::vector<std::string> known;
  for (const EngineCommand& c : kEngineCommands) known.push_back(c.name);
  for (const Command* c : commands) known.push_back(c->name);
  complain(unknown_name("command", first, known));
  return kUsageError;
}

}  // namespace
}  // namespace iiet

int main(int count, char** arguments) {
  try {
    return iiet::run({arguments + 1, arguments + count});
  } catch (const std::exception& error) {
    iiet::complain(iiet::message_of(error));
    return iiet::kFailed;
  }
}
