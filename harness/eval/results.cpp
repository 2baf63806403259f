#include "harness/eval/results.hpp"

#include "harness/base/error.hpp"

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

TaskResults::MetricResult measured(const Metric& metric, const TaskData& data,
                                   const TaskResults::Filtered& answers, const Resampling& resampling) {
  TaskResults::MetricResult result{&metric, answers.filter, {}, {}};
  for (std::size_t d = 0; d < data.samples.size(); ++d)
    result.of_documents.push_back(metric.of_document(data.samples[d], answers.responses[d]));
  result.estimate = metric.aggregate(result.of_documents, resampling);
  return result;
}

}  // namespace

TaskResults results_of(const TaskData& data, DocumentResponses responses, const Resampling& resampling) {
  if (responses.size() != data.samples.size())
    throw Error(fmt::format("task {}: answers to {} documents expected, got {}", data.task->name,
                            data.samples.size(), responses.size()));
  TaskResults results;
  for (const Filter& filter : data.task->filters)
    results.filtered.push_back({filter.name, after(filter, responses)});
  if (data.task->filters.empty()) results.filtered.push_back({kNoFilter, responses});
  results.responses = std::move(responses);
  for (const auto& answers : results.filtered)
    for (const std::string& name : data.task->metrics)
      results.metrics.push_back(measured(Registry<Metric>::get(name), data, answers, resampling));
  return results;
}

}  // namespace iiet
