#pragma once

#include <string>
#include <vector>

#include "harness/eval/task.hpp"

namespace iiet {

/// What the tasks on GSM8K have in common: the number in a worked solution is what counts.

/// `strict-match` takes the number out of the sentence that `pattern` describes, `flexible-extract` the last
/// number of the answer.
std::vector<Filter> number_filters(const std::string& pattern);

/// Commas, dollar signs, a final full stop and all up to the mark `#### ` do not count.
Comparison number_comparison();

}  // namespace iiet
