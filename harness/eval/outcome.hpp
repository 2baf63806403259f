#pragma once

#include <span>

#include "harness/eval/request.hpp"
#include "harness/metric/outcome.hpp"

namespace iiet {

/// What metrics see of a sample and the responses to its requests; its texts are slices of the two. Throws
/// Error unless there is one response a request.
Outcome outcome_of(const Sample& sample, std::span<const Response> responses);

}  // namespace iiet
