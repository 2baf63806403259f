#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace iiet {

/// Where a run's things lie: the report `R.json`, and beside it the folder `R`, where samples files lie too.
struct RunFolder {
  std::filesystem::path report;

  std::filesystem::path path() const;
  std::filesystem::path state() const { return path() / "state.jsonl"; }
  std::filesystem::path answers() const { return path() / "answers.sqlite"; }
  std::filesystem::path log() const { return path() / "log.txt"; }

  /// Removes what an earlier run of this name left but for its state; other files stay.
  void clear() const;
  /// Removes what is of use to an unfinished run only.
  void remove_answers() const;
};

/// Removes what is left of writing these files (write_file_atomically) when a process was killed.
void remove_leftovers(const std::vector<std::filesystem::path>& files);

/// What `--output` means: a report's path, or a folder where each run gets a name of its own. Empty: the
/// project's results/runs, or the working directory where there is no project.
struct RunOutput {
  explicit RunOutput(const std::string& output);
  std::filesystem::path folder;
  std::optional<std::filesystem::path> report;

  /// The report that was named, or a new one, `<UTC time>_<models>.json`, whose folder was made for this run
  /// alone, whoever else starts in the same second.
  RunFolder make(const std::vector<std::string>& models) const;
  /// The newest run of this command that lies here, an unfinished one rather than one that was finished.
  std::optional<RunFolder> find(const std::vector<std::string>& command) const;
};

/// A command without `--resume` and its value: what runs of the same command have in common.
std::vector<std::string> resumable_command(const std::vector<std::string>& command);

}  // namespace iiet
