#include "harness/eval/evaluate.hpp"

#include <chrono>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"

namespace iiet {
namespace {

/// All requests of a task and the document that each belongs to.
struct TaskRequests {
  std::vector<Request> requests;
  std::vector<std::size_t> documents;
};

TaskRequests requests_of_task(const TaskData& data) {
  TaskRequests all;
  for (std::size_t d = 0; d < data.samples.size(); ++d)
    for (Request& request : requests_of(data.samples[d])) {
      all.requests.push_back(std::move(request));
      all.documents.push_back(d);
    }
  return all;
}

}  // namespace

EvaluatedTask evaluate_task(const Scorer& scorer, const TaskData& data, const Resampling& resampling,
                            const Progress& progress) {
  const auto start = std::chrono::steady_clock::now();
  const TaskRequests all = requests_of_task(data);
  EvaluatedTask result;
  result.requests = all.requests.size();
  try {
    result.scoring = scorer.answer(all.requests, progress);
  } catch (const RequestError& error) {
    throw InputError(
        fmt::format("task {}, document {}: {}", data.task->name, all.documents[error.request()], error.what()));
  }
  result.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  result.responses.resize(data.samples.size());
  for (std::size_t i = 0; i < all.requests.size(); ++i)
    result.responses[all.documents[i]].push_back(result.scoring.responses[i]);
  for (const std::string& name : data.task->metrics) {
    const Metric& metric = Registry<Metric>::get(name);
    EvaluatedTask::MetricResult m{&metric, {}, {}};
    for (std::size_t d = 0; d < data.samples.size(); ++d)
      m.of_documents.push_back(metric.of_document(data.samples[d], result.responses[d]));
    m.estimate = metric.aggregate(m.of_documents, resampling);
    result.metrics.push_back(std::move(m));
  }
  return result;
}

std::string sample_lines(const TaskData& data, const EvaluatedTask& evaluated) {
  std::string lines;
  for (std::size_t d = 0; d < data.samples.size(); ++d) {
    const auto requests = requests_of(data.samples[d]);
    Json arguments = Json::object(), resps = Json::array(), filtered = Json::array();
    std::string first_text;
    for (std::size_t i = 0; i < requests.size(); ++i) {
      Json& argument = arguments[fmt::format("gen_args_{}", i)];
      const Response& response = evaluated.responses[d][i];
      Json answer;
      if (const auto* pair = std::get_if<Loglikelihood>(&requests[i])) {
        argument = {{"arg_0", pair->context}, {"arg_1", pair->continuation}};
        answer = {fmt::format("{}", response.loglikelihood), response.is_greedy ? "True" : "False"};
        if (i == 0) first_text = pair->context;
      } else {
        argument = {{"arg_0", std::get<RollingLoglikelihood>(requests[i]).text}};
        answer = fmt::format("{}", response.loglikelihood);
        first_text = std::get<RollingLoglikelihood>(requests[i]).text;
      }
      resps.push_back(Json::array({answer}));
      filtered.push_back(answer);
    }
    const Json& document = data.documents[d];
    const std::string target = target_of(*data.task, document, data.samples[d]);
    Json line = {{"doc_id", d},           {"doc", document},          {"target", target},
                 {"arguments", arguments}, {"resps", resps},           {"filtered_resps", filtered},
                 {"filter", "none"},       {"metrics", data.task->metrics}, {"doc_hash", sha256(document.dump(2))},
                 {"prompt_hash", sha256(first_text)}, {"target_hash", sha256(target)}};
    for (const auto& m : evaluated.metrics) {
      const DocumentValue value = m.of_documents[d];
      line[m.metric->name] =
          std::holds_alternative<Passage>(data.samples[d]) ? Json{value.value, value.weight} : Json(value.value);
    }
    lines += line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  }
  return lines;
}

}  // namespace iiet
