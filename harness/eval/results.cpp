#include "harness/eval/results.hpp"

#include "harness/base/error.hpp"
#include "harness/eval/outcome.hpp"

namespace iiet {
namespace {

/// The responses with their texts as the filter leaves them.
DocumentResponses after(const Filter& filter, const DocumentResponses& responses) {
  const auto apply = compiled(filter);
  DocumentResponses result = responses;
  for (auto& of_document : result) {
    Answers texts;
    for (const Response& response : of_document) texts.push_back(response.text);
    texts = apply(std::move(texts));
    if (texts.size() != of_document.size())
      throw Error(fmt::format("filter {}: {} answers became {}: the metrics take one a request", filter.name,
                              of_document.size(), texts.size()));
    for (std::size_t i = 0; i < texts.size(); ++i) of_document[i].text = std::move(texts[i]);
  }
  return result;
}

/// All metrics of a task after one filter: what they have in common is done once a document.
std::vector<TaskResults::MetricResult> measured(const TaskData& data, const TaskResults::Filtered& answers,
                                                const Resampling& resampling) {
  std::vector<const Metric*> metrics;
  std::vector<TaskResults::MetricResult> results;
  for (const std::string& name : data.task->metrics) {
    metrics.push_back(&Registry<Metric>::get(name));
    results.push_back({metrics.back(), answers.filter, {}, {}});
  }
  Measurement measurement(metrics);
  for (std::size_t d = 0; d < data.samples.size(); ++d) {
    auto values = measurement.of_document(outcome_of(data.samples[d], (*answers.responses)[d]));
    for (std::size_t m = 0; m < metrics.size(); ++m) results[m].of_documents.push_back(std::move(values[m]));
  }
  for (auto& result : results) result.estimate = estimate(*result.metric, result.of_documents, resampling);
  return results;
}

}  // namespace

TaskResults results_of(const TaskData& data, DocumentResponses responses, const Resampling& resampling) {
  if (responses.size() != data.samples.size())
    throw Error(fmt::format("task {}: answers to {} documents expected, got {}", data.task->name,
                            data.samples.size(), responses.size()));
  TaskResults results;
  results.responses = std::make_shared<const DocumentResponses>(std::move(responses));
  for (const Filter& filter : data.task->filters)
    results.filtered.push_back(
        {filter.name, std::make_shared<const DocumentResponses>(after(filter, *results.responses))});
  if (data.task->filters.empty()) results.filtered.push_back({kNoFilter, results.responses});
  for (const auto& answers : results.filtered)
    for (auto& result : measured(data, answers, resampling)) results.metrics.push_back(std::move(result));
  return results;
}

}  // namespace iiet
