#pragma once

#include "harness/report/report.hpp"
#include "harness/run/documents.hpp"
#include "harness/run/options.hpp"

namespace iiet {

/// All that a run's results depend on beside machine and weights: program, options, models, tasks, data.
/// `report` has context and tasks.
Json identity_of(const RunOptions& options, const Report& report, const std::vector<ModelLocation>& models,
                 const RunDocuments& documents);

}  // namespace iiet
