#include "harness/app/commands/data.hpp"

#include <algorithm>
#include <memory>

#include "harness/app/command.hpp"
#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "harness/eval/documents.hpp"

namespace iiet {
namespace {

namespace fs = std::filesystem;

std::size_t documents_in(const fs::path& path) {
  std::size_t documents = 0;
  for_each_json_line(path, [&](const Json&, std::size_t) { ++documents; });
  return documents;
}

/// The splits of a task that are there for few-shot examples, besides the evaluated one.
std::string other_splits(const Task& task, const fs::path& folder) {
  std::string text;
  for (const std::string& split : {task.data.training, task.data.validation, task.data.test})
    if (!split.empty() && split != evaluated_split(task) && fs::exists(split_file(folder, task, split)))
      text += fmt::format("{}{} {}", text.empty() ? "; also " : ", ", split,
                          documents_in(split_file(folder, task, split)));
  return text;
}

std::string status_of(const Task& task, const fs::path& folder) {
  const fs::path full = folder.empty() ? fs::path() : split_file(folder, task, evaluated_split(task));
  if (!full.empty() && fs::exists(full))
    return fmt::format("full    {:>6} documents  {}{}", documents_in(full), full.string(),
                       other_splits(task, folder));
  const fs::path sample = sample_file(task);
  if (fs::exists(sample))
    return fmt::format("sample  {:>6} documents  {}", documents_in(sample), sample.string());
  return "none";
}

int show_status(const std::string& given) {
  const fs::path folder = data_folder(given);
  std::size_t width = 0;
  for (const Task& task : Registry<Task>::all()) width = std::max(width, task.name.size());
  std::string text;
  for (const Task& task : Registry<Task>::all())
    text += fmt::format("{:<{}}  {}\n", task.name, width, status_of(task, folder));
  print(text);
  return kDone;
}

std::function<int()> configure(CLI::App& parser) {
  parser.require_subcommand(1);
  CLI::App* import = parser.add_subcommand("import", "public releases into the --data layout");
  CLI::App* status = parser.add_subcommand("status", "which tasks have full, sample or no data");
  const auto run_import = configure_data_import(*import);
  const auto folder = std::make_shared<std::string>();
  status->add_option("--data", *folder, "the data folder (default: $IIET_DATA, else tasks/data)");
  return [import, run_import, folder] { return import->parsed() ? run_import() : show_status(*folder); };
}

}  // namespace

const Command kDataCommand{"data", "import public releases; which tasks have data", configure};

}  // namespace iiet
