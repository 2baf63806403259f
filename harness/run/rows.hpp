#pragma once

#include "harness/eval/evaluate.hpp"
#include "harness/report/report.hpp"
#include "harness/run/documents.hpp"
#include "harness/run/options.hpp"

namespace iiet {

// What a report says of a run's parts.

ModelRow model_row(const LoadedModel& loaded);
/// Of a model that could not be loaded.
ModelRow model_row(const ModelLocation& location);

TaskRow task_row(const RunDocuments::Known& known, const RunOptions& options);

/// Peak memory is that of the model's device since reset_peak_memory.
ResultRow result_row(const EvaluatedTask& evaluated, const LoadedModel& loaded, const TaskData& data);

/// When, by what build, where and how; `duration_s` is 0.
Json run_context(const RunOptions& options);

}  // namespace iiet
