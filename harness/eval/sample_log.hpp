#pragma once

#include <string>

#include "harness/eval/results.hpp"

namespace iiet {

/// One line a filter and document, field for field as lm-evaluation-harness logs samples (numbers of `resps`
/// as strings).
std::string sample_lines(const TaskData& data, const TaskResults& results);

}  // namespace iiet
