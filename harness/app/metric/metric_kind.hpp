#pragma once

#include <set>
#include <string>
#include <vector>

namespace iiet {

/// Metrics of the long form that are computed together and have the same flags.
enum class MetricKind { corpus, rouge, rouge155, tokenised };

/// The kind of all names; throws InputError where one is unknown, there twice or of another kind.
MetricKind kind_of(const std::vector<std::string>& names);

/// Makes sure that each flag given (`--width`) is one of the metrics named: what would have no effect is a
/// mistake.
void require_flags_of(const std::vector<std::string>& names, const std::set<std::string>& flags);

}  // namespace iiet
