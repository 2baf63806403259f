#include "harness/app/command.hpp"

#include <atomic>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "harness/base/error.hpp"
#include "harness/base/error_message.hpp"
#include "harness/base/files.hpp"

namespace iiet {
namespace {

std::atomic<bool> stop{false};

void on_signal(int signal) {
  if (stop.exchange(true)) {  // asked twice: at once
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }
}

/// `--num_fewshot=3` as `--num-fewshot=3`; values keep their underscores.
std::string with_hyphens(std::string argument) {
  if (!argument.starts_with("--")) return argument;
  const std::size_t end = std::min(argument.find('='), argument.size());
  for (std::size_t i = 2; i < end; ++i)
    if (argument[i] == '_') argument[i] = '-';
  return argument;
}

/// The parser of the subcommand that was typed: `data status` for `data status --from x`.
const CLI::App& deepest(const CLI::App& parser) {
  const auto parsed = parser.get_subcommands();
  return parsed.empty() ? parser : deepest(*parsed.front());
}

/// What was wrong with the arguments, in one line. An unknown flag comes first, with the closest known one:
/// it is often why a required flag is missing.
std::string usage_error(const CLI::App& parser, const CLI::ParseError& error) {
  std::vector<std::string> flags;
  for (const CLI::Option* option : parser.get_options())
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
  for (const std::string& extra : parser.remaining())
    if (extra.starts_with("-") && extra != "--")
      return unknown_name("flag", extra.substr(0, extra.find('=')), flags);
  std::vector<std::string> commands;
  for (const CLI::App* command : parser.get_subcommands([](const CLI::App*) { return true; }))
    commands.push_back(command->get_name());
  if (!commands.empty() && !parser.remaining().empty())
    return unknown_name("command", parser.remaining().front(), commands);
  return error.what();
}

int parse_and_run(CLI::App& parser, const Command& command, std::span<char*> arguments) {
  const std::function<int()> run = command.configure(parser);
  std::vector<std::string> reversed;  // the order that CLI11 wants
  for (std::size_t i = arguments.size(); i-- > 0;) reversed.push_back(with_hyphens(arguments[i]));
  try {
    parser.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    print(parser.help());
    return kDone;
  } catch (const CLI::ParseError& error) {
    const CLI::App& typed = deepest(parser);
    const std::string name = &typed == &parser ? command.name : command.name + " " + typed.get_name();
    complain(name + ": " + usage_error(typed, error) + " (see iiet-eval " + name + " --help)");
    return kUsageError;
  }
  return run();
}

}  // namespace

int run_command(const Command& command, std::span<char*> arguments) {
  try {
    if (command.run) return command.run(std::vector<std::string>(arguments.begin(), arguments.end()));
    CLI::App parser(command.about, "iiet-eval " + command.name);
    return parse_and_run(parser, command, arguments);
  } catch (const Interrupted&) {
    complain("interrupted; nothing half-written was left behind");
    return kInterrupted;
  } catch (const InputError& error) {
    complain(error.what());
    return kUsageError;
  } catch (const std::filesystem::filesystem_error& error) {  // a path that cannot even be looked at
    complain(message_of(error));
    return kUsageError;
  } catch (const std::exception& error) {
    complain(message_of(error));
    return kFailed;
  }
}

void complain(std::string_view text) {
  std::string line(text);
  for (char& c : line)
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = ' ';
  line = "iiet-eval: " + line + "\n";
  std::fwrite(line.data(), 1, line.size(), stderr);  // whether stderr can be written must not matter
}

bool stop_requested() { return stop; }

std::vector<std::string> typed_command() {
  // The kernel keeps it, separated by NUL; the engine's own name stands for the program's.
  std::vector<std::string> words{"iiet-eval"};
  const std::string line = read_file("/proc/self/cmdline");
  for (std::size_t begin = line.find('\0') + 1; begin > 0 && begin < line.size();) {
    const std::size_t end = std::min(line.find('\0', begin), line.size());
    words.push_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

void watch_for_interrupts() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
}

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    throw Error("standard output: writing failed");
}

}  // namespace iiet
