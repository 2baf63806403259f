#pragma once

#include <functional>
#include <string>

#include "harness/eval/results.hpp"

namespace iiet {

/// Calls `each` with one line (its end included) a filter and document, field for field as
/// lm-evaluation-harness logs samples (numbers of `resps` as strings). `decoding` is what the user asked of
/// generated answers instead of the task's own (the reference's gen_kwargs); it is logged with their
/// requests.
void for_each_sample_line(const TaskData& data, const TaskResults& results, const Json& decoding,
                          const std::function<void(const std::string&)>& each);

}  // namespace iiet
