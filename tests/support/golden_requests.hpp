#pragma once

#include <filesystem>
#include <vector>

#include "harness/base/json.hpp"
#include "harness/eval/request.hpp"

namespace iiet::test {

/// The answers that a task file of golden/lm_eval records, one list a document, in order (its README says how
/// they are kept).
std::vector<std::vector<Response>> recorded_responses(const Json& golden);

/// The data of shared/data in the `--data` layout, below `to`, for these tasks.
void import_data(const std::filesystem::path& to, const std::vector<std::string>& tasks);

/// The files of the `--data` layout that golden values were made with (the golden README's table: some rows
/// are cut off or made up), below `to`.
void import_files(const std::vector<std::string>& files, const std::filesystem::path& to);

}  // namespace iiet::test
