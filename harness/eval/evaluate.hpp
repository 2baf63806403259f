#pragma once

#include <string>
#include <vector>

#include "harness/base/json.hpp"
#include "harness/eval/documents.hpp"
#include "harness/eval/metric.hpp"
#include "harness/eval/scorer.hpp"

namespace iiet {

/// A model's answers to a task and what follows from them.
struct EvaluatedTask {
  struct MetricResult {
    const Metric* metric = nullptr;
    Estimate estimate;
    std::vector<DocumentValue> of_documents;  // one a document
  };
  std::vector<MetricResult> metrics;           // in the task's order
  std::vector<std::vector<Response>> responses;  // of each document, in the order of requests_of
  ScoringResult scoring;                       // its responses are in `responses`
  std::size_t requests = 0;
  double wall_s = 0;                           // tokenising, forward passes, scoring
};

/// Requests, answers, metrics. A request that does not fit the model throws InputError naming task and document.
EvaluatedTask evaluate_task(const Scorer& scorer, const TaskData& data, const Resampling& resampling,
                            const Progress& progress = {});

/// One line a document, field for field as lm-evaluation-harness logs samples (numbers of `resps` as strings).
std::string sample_lines(const TaskData& data, const EvaluatedTask& evaluated);

}  // namespace iiet
