#include "harness/app/command.hpp"

#include <fmt/format.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <memory>
#include <vector>

#include "harness/base/error.hpp"
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

/// What was wrong with the arguments, in one line, with the closest known flag.
std::string usage_error(const CLI::App& parser, const CLI::ParseError& error) {
  const auto* extras = dynamic_cast<const CLI::ExtrasError*>(&error);
  if (!extras) return error.what();
  std::vector<std::string> flags;
  for (const CLI::Option* option : parser.get_options())
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
  for (const std::string& extra : parser.remaining(/*recurse=*/true))
    if (extra.starts_with("-")) return unknown_name("flag", extra.substr(0, extra.find('=')), flags);
  return error.what();
}

void complain(std::string_view text) {
  std::string line(text);
  for (char& c : line)
    if (c == '\n') c = ' ';
  fmt::print(stderr, "iiet-eval: {}\n", line);
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
    complain(command.name + ": " + usage_error(parser, error) + " (see iiet-eval " + command.name + " --help)");
    return kUsageError;
  }
  return run();
}

}  // namespace

int run_command(const Command& command, std::span<char*> arguments) {
  CLI::App parser(command.about, "iiet-eval " + command.name);
  try {
    return parse_and_run(parser, command, arguments);
  } catch (const Interrupted&) {
    complain("interrupted; nothing half-written was left behind");
    return kInterrupted;
  } catch (const InputError& error) {
    complain(error.what());
    return kUsageError;
  } catch (const std::exception& error) {
    complain(error.what());
    return kFailed;
  }
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
