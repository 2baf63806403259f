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

/// The file in the format `lm-eval` of one of several models.
std::filesystem::path report_of_model(const std::filesystem::path& path, const std::string& model);

}  // namespace iiet
