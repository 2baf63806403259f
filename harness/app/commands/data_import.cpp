#include <algorithm>
#include <memory>
#include <set>

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
  const std::string note = rule.note.empty() ? "" : " (" + rule.note + ")";
  if (rows) return fmt::format("{}: {} rows from {}{}\n", file, *rows, fmt::join(rule.sources, ", "), note);
  return fmt::format("{}: not written, absent: {}\n", file, fmt::join(rule.sources, ", "));
}

/// Tasks of one data set share its rules.
bool concerns_any(const ImportRule& rule, const std::vector<const Task*>& tasks) {
  return std::any_of(tasks.begin(), tasks.end(),
                     [&](const Task* task) { return task->data.folder == rule.folder; });
}

int import_data(const Options& options) {
  require(fs::is_directory(options.from), "--from {}: there is no such folder", options.from);
  const auto selected = select_tasks(options.tasks);
  watch_for_interrupts();
  std::set<std::string> written;  // files
  std::vector<std::string> without_data;
  for (const ImportRule& rule : import_rules()) {
    if (!concerns_any(rule, selected)) continue;
    if (stop_requested()) throw Interrupted();
    const auto rows = import_split(rule, options.from, options.to);
    print(outcome(rule, options.to, rows));
    if (rows) written.insert(imported_file(rule, options.to).string());
  }
  for (const Task* task : selected)
    if (!written.contains(split_file(options.to, *task, evaluated_split(*task)).string()))
      without_data.push_back(task->name);
  require(!written.empty(), "--from {}: none of the releases of {} is there", options.from, options.tasks);
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
