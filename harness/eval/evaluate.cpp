#include "harness/eval/evaluate.hpp"

#include <chrono>

#include "harness/base/error.hpp"

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
    throw InputError(fmt::format("task {}, document {}: {}", data.task->name, all.documents[error.request()],
                                 error.what()));
  }
  result.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  DocumentResponses responses(data.samples.size());
  for (std::size_t i = 0; i < all.requests.size(); ++i)
    responses[all.documents[i]].push_back(result.scoring.responses[i]);
  static_cast<TaskResults&>(result) = results_of(data, std::move(responses), resampling);
  return result;
}

}  // namespace iiet
