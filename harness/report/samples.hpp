#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/json.hpp"

namespace iiet {

/// The folder of a run: `R` of the report `R.json`.
std::filesystem::path run_folder(const std::filesystem::path& report);

/// Where `eval --log-samples` writes a model's answers to a task: in the run's folder.
std::filesystem::path samples_file(const std::filesystem::path& report, const std::string& model,
                                   const std::string& task);

/// Where they lie: there, or beside the report where there are none.
std::filesystem::path find_samples(const std::filesystem::path& report, const std::string& model,
                                   const std::string& task);

/// What a samples file logs of one metric, documents in order: its value, and the hash of the document.
struct LoggedValues {
  std::vector<std::string> document_hashes;
  std::vector<Json> values;
};

/// The answers of one model to one task, as logged.
class LoggedSamples {
 public:
  /// None where the file is absent. A malformed line throws InputError naming file and line.
  static std::optional<LoggedSamples> read(const std::filesystem::path& file);

  /// The values of a result (`acc`, or `exact_match,strict-match`: metric and filter); none where it is not
  /// logged.
  std::optional<LoggedValues> values_of(const std::string& result) const;

 private:
  std::vector<Json> lines_;  // without the texts of documents and requests
};

}  // namespace iiet
