#include "harness/run/folder.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "harness/base/unicode.hpp"
#include "harness/report/report.hpp"
#include "harness/report/samples.hpp"
#include "harness/run/state.hpp"

namespace iiet {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kNameBytes = 100;  // of all models together
constexpr std::size_t kRandomBytes = 6;  // that end the name of a file being written

fs::path default_folder() {
  return fs::is_directory(project_root()) ? project_root() / "results" / "runs" : fs::current_path();
}

}  // namespace

fs::path RunFolder::path() const { return run_folder(report); }

void RunFolder::clear() const {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(path(), ignored))
    if (entry.path().filename().string().starts_with("samples_")) fs::remove(entry.path(), ignored);
  remove_answers();
  fs::remove(log(), ignored);
}

void RunFolder::remove_answers() const {
  std::error_code ignored;
  for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(answers().string() + suffix, ignored);
}

void remove_leftovers(const std::vector<fs::path>& files) {
  std::map<fs::path, std::set<std::string>> beginnings;
  for (const fs::path& file : files)
    beginnings[file.parent_path()].insert(file.filename().string() + ".tmp-");
  for (const auto& [folder, of_folder] : beginnings)
    for (const auto& entry : fs::directory_iterator(folder.empty() ? "." : folder)) {
      const std::string name = entry.path().filename().string();
      if (name.size() > kRandomBytes && of_folder.contains(name.substr(0, name.size() - kRandomBytes)))
        fs::remove(entry.path());
    }
}

RunOutput::RunOutput(const std::string& output)
    : folder(output.empty() ? default_folder() : fs::path(output)) {
  if (output.empty() || folder.extension() != ".json" || fs::is_directory(folder)) return;
  report = folder;
  folder = folder.parent_path();
}

RunFolder RunOutput::make(const std::vector<std::string>& models) const {
  if (report) {
    fs::create_directories(run_folder(*report));
    return {*report};
  }
  std::string name = utc_time_for_files(), names;
  for (const std::string& model : models) names += fmt::format("_{}", for_file_name(model));
  name += names.substr(0, kNameBytes);
  fs::create_directories(folder);
  for (int number = 1;; ++number) {
    const RunFolder run{folder / (name + (number == 1 ? "" : fmt::format("_{}", number)) + ".json")};
    // Making a folder succeeds for one process only.
    if (!fs::exists(run.report) && fs::create_directory(run.path())) return run;
  }
}

std::optional<RunFolder> RunOutput::find(const std::vector<std::string>& command) const {
  std::vector<fs::path> reports;
  if (report) {
    reports.push_back(*report);
  } else if (fs::is_directory(folder)) {
    for (const auto& entry : fs::directory_iterator(folder))
      if (entry.is_directory()) reports.push_back(entry.path().string() + ".json");
  }
  std::sort(reports.rbegin(), reports.rend());  // names begin with the time
  std::optional<RunFolder> finished;
  for (const fs::path& path : reports) {
    const RunFolder run{path};
    const auto begun = read_beginning(run.state());
    if (!begun || (!report && begun->command != resumable_command(command))) continue;
    if (!begun->finished) return run;
    if (!finished) finished = run;
  }
  return finished;
}

std::vector<std::string> resumable_command(const std::vector<std::string>& command) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < command.size(); ++i) {
    const std::string& word = command[i];
    if (word == "--resume") {
      if (i + 1 < command.size() && !command[i + 1].starts_with("-")) ++i;
    } else if (!word.starts_with("--resume=")) {
      words.push_back(replace_invalid_utf8(word));  // as a file tells it
    }
  }
  return words;
}

}  // namespace iiet
