#pragma once

#include <string>

#include "harness/eval/results.hpp"

namespace iiet {

/// One line a filter and document, field for field as lm-evaluation-harness logs samples (numbers of `resps`
/// as strings). `decoding` is what the user asked of generated answers instead of the task's own (the
/// reference's gen_kwargs); it is logged with their requests.
std::string sample_lines(const TaskData& data, const TaskResults& results,
                         const Json& decoding = Json::object());

}  // namespace iiet
