#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/line_file.hpp"
#include "harness/report/report.hpp"

namespace iiet {

/// What a run has finished, in a file that is whole whenever the process ends: what the run is, then a line
/// for each model that was loaded and each task that was answered. One process at a time holds it.
class RunState {
 public:
  /// Throws InputError where another process has the file, or it is no such file.
  explicit RunState(const std::filesystem::path& path);

  bool begun() const { return !identity_.is_null(); }
  bool finished() const { return finished_; }
  bool has_results() const { return !report_.results.empty(); }
  /// All that must be the same for a run to be taken up.
  const Json& identity() const { return identity_; }
  /// Context and tasks as they were at the first start; models and results so far.
  const Report& report() const { return report_; }
  /// Seconds that all starts together worked, up to the last line.
  double elapsed_s() const { return elapsed_s_; }

  /// Begins anew; `report` has context and tasks.
  void begin(const Json& identity, const Report& report);
  /// Keeps the models and results of `part`, all of them or none.
  void add(const Report& part, double elapsed_s);
  void finish();

 private:
  LineFile file_;
  Json identity_;
  Report report_;
  double elapsed_s_ = 0;
  bool finished_ = false;
};

/// The command of a run and whether it was finished; nothing where the file tells of no run. Does not disturb
/// a process that holds the file.
struct RunBeginning {
  std::vector<std::string> command;  // without --resume
  bool finished = false;
};
std::optional<RunBeginning> read_beginning(const std::filesystem::path& state);

/// Where two identities differ first, in words: `tasks.piqa.data.sha256 was "12…", is "34…"`.
std::optional<std::string> first_difference(const Json& was, const Json& is);

}  // namespace iiet
