#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/eval/documents.hpp"
#include "harness/metric/aggregation.hpp"
#include "harness/metric/result_name.hpp"

namespace iiet {

/// The responses to each document, in the order of requests_of.
using DocumentResponses = std::vector<std::vector<Response>>;

/// What follows from the answers to a task's requests.
struct TaskResults {
  /// One metric after one filter.
  struct MetricResult {
    const Metric* metric = nullptr;
    std::string filter;
    Estimate estimate;
    std::vector<DocumentValue> of_documents;  // one a document
    std::string name() const { return ResultName{metric->name, filter}.text(); }
  };
  /// What metrics see after one filter.
  struct Filtered {
    std::string filter;
    std::shared_ptr<const DocumentResponses> responses;  // without a filter those of the model themselves
  };
  std::shared_ptr<const DocumentResponses> responses;  // as the model gave them
  std::vector<Filtered> filtered;     // in the task's order; `none` alone where it has no filter
  std::vector<MetricResult> metrics;  // filter by filter, each in the task's order of metrics
};

/// Filters, then metrics. Throws Error unless every document has its responses.
TaskResults results_of(const TaskData& data, DocumentResponses responses, const Resampling& resampling);

}  // namespace iiet
