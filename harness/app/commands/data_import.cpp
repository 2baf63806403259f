#include <algorithm>
#include <memory>

#include "harness/app/command.hpp"
#include "harness/app/commands/data.hpp"
#include "harness/base/error.hpp"
#include "harness/eval/documents.hpp"
#include "harness/eval/import.hpp"

namespace iiet {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string from, to, tasks = "all";
};

/// What became of one rule, as a line.
std::string outcome(const ImportRule& rule, const fs::path& to, std::optional<std::size_t> rows) {
  const std::string file = imported_file(rule, to).string();
  if (rows) return fmt::format("{}: {} rows from {}\n", file, *rows, fmt::join(rule.sources, ", "));
  return fmt::format("{}: not written, absent: {}\n", file, fmt::join(rule.sources, ", "));
}

int import_data(const Options& options) {
  require(fs::is_directory(options.from), "--from {}: there is no such folder", options.from);
  const auto selected = select_tasks(options.tasks);
  watch_for_interrupts();
  std::size_t written = 0;
  std::vector<std::string> without_data;
  for (const Task* task : selected) {
    for (const ImportRule& rule : import_rules()) {
      if (rule.task != task->name) continue;
      if (stop_requested()) throw Interrupted();
      const auto rows = import_split(rule, options.from, options.to);
      print(outcome(rule, options.to, rows));
      if (rows)
        ++written;
      else if (rule.split == evaluated_split(*task))
        without_data.push_back(task->name);
    }
  }
  require(written > 0, "--from {}: none of the releases of {} is there", options.from, options.tasks);
  // Whoever names tasks wants them all; `all` means what is there.
  if (options.tasks != "all" && !without_data.empty())
    throw Error(fmt::format("--from {}: no data for {}", options.from, fmt::join(without_data, ", ")));
  return kDone;
}

}  // namespace

std::function<int()> configure_data_import(CLI::App& parser) {
  const auto options = std::make_shared<Options>();
  parser.add_option("--from", options->from, "folder with one folder a public release")->required();
  parser.add_option("--to", options->to, "data folder that is filled (read with --data)")->required();
  parser.add_option("--tasks", options->tasks, "names, groups, globs or all")->capture_default_str();
  return [options] { return import_data(*options); };
}

}  // namespace iiet
