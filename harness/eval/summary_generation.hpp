#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/eval/task.hpp"

namespace iiet {

/// Metrics of summaries, in the order of reports.
std::vector<std::string> summary_metrics();

/// A summary to write after `prompt`, up to an empty line or 128 tokens. Throws InputError naming `field`
/// unless there is a reference and none is empty.
Generation summary_after(std::string prompt, std::vector<std::string> references, std::string_view field);

}  // namespace iiet
