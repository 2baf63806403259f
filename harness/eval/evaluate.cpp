#include "harness/eval/evaluate.hpp"

#include <chrono>

#include "harness/base/error.hpp"

namespace iiet {
namespace {

/// The requests of a task as they are asked for, and their answers by document.
class DocumentAnswers : public AnswerSink {
 public:
  explicit DocumentAnswers(const TaskData& data) : data_(data), responses_(data.samples.size()) {}

  RequestSource requests() {
    return [this](const std::function<void(Request)>& each) {
      for (std::size_t d = 0; d < data_.samples.size(); ++d) {
        std::vector<Request> of_document = requests_of(data_.samples[d]);
        responses_[d].resize(of_document.size());
        for (std::size_t i = 0; i < of_document.size(); ++i) {
          places_.push_back({static_cast<std::uint32_t>(d), static_cast<std::uint32_t>(i)});
          each(std::move(of_document[i]));
        }
      }
    };
  }

  void done(std::size_t request, Response response) override {
    const Place place = places_[request];
    responses_[place.document][place.index] = std::move(response);
  }

  std::size_t count() const { return places_.size(); }
  std::size_t document_of(std::size_t request) const { return places_[request].document; }
  DocumentResponses take() { return std::move(responses_); }

 private:
  struct Place {
    std::uint32_t document, index;
  };
  const TaskData& data_;
  std::vector<Place> places_;  // one a request
  DocumentResponses responses_;
};

}  // namespace

EvaluatedTask evaluate_task(const Executor& executor, const TaskData& data, const Resampling& resampling,
                            const AnswerHooks& hooks) {
  const auto start = std::chrono::steady_clock::now();
  DocumentAnswers answers(data);
  EvaluatedTask result;
  try {
    result.costs = executor.answer(answers.requests(), answers, hooks);
  } catch (const RequestError& error) {
    throw InputError(fmt::format("task {}, document {}: {}", data.task->name,
                                 answers.document_of(error.request()), error.what()));
  }
  result.requests = answers.count();
  result.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() +
                  result.costs.earlier_s;
  static_cast<TaskResults&>(result) = results_of(data, answers.take(), resampling);
  return result;
}

}  // namespace iiet
