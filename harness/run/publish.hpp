#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "harness/report/report.hpp"

namespace iiet {

/// A file's place and content.
using FileContent = std::pair<std::filesystem::path, std::string>;

/// The files that tell a run's results: the report, or in the format `lm-eval` one file for each model that
/// has a result (`r_<model>.json` where the report has several models).
std::vector<FileContent> report_files(const Report& report, const std::string& format,
                                      const std::filesystem::path& path);

}  // namespace iiet
