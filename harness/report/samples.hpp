#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/json.hpp"

namespace iiet {

/// Where `eval --log-samples` writes a model's answers to a task: beside the report.
std::filesystem::path samples_file(const std::filesystem::path& report, const std::string& model,
                                   const std::string& task);

/// The documents of one metric in a samples file, in order: what was logged as the metric's value, and the
/// hash of the document.
struct LoggedValues {
  std::vector<std::string> document_hashes;
  std::vector<Json> values;
};

/// Reads the values of a result (`acc`, or `exact_match,strict-match`: metric and filter). Nothing where the
/// file is absent or does not log the metric. A malformed line throws InputError naming file and line.
std::optional<LoggedValues> logged_values(const std::filesystem::path& file, const std::string& result);

}  // namespace iiet
