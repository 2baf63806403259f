#include "tests/support/answers.hpp"

namespace iiet::test {
namespace {

struct Collector : AnswerSink {
  explicit Collector(std::size_t count) : responses(count), seen(count) {}
  void done(std::size_t request, Response response) override {
    if (seen.at(request)) throw Error("an answer came twice");
    seen[request] = true;
    responses[request] = std::move(response);
  }
  std::vector<Response> responses;
  std::vector<bool> seen;
};

}  // namespace

Answers answers_of(const Executor& executor, std::span<const Request> requests, const AnswerHooks& hooks) {
  Collector collector(requests.size());
  const AnswerCosts costs = executor.answer(each_of(requests), collector, hooks);
  for (std::size_t i = 0; i < requests.size(); ++i)
    if (!collector.seen[i]) throw Error(fmt::format("request {} was not answered", i));
  return {std::move(collector.responses), costs};
}

std::optional<std::string> MemoryJournal::find(std::int64_t unit) {
  const auto found = records.find(unit);
  return found == records.end() ? std::nullopt : std::optional(found->second);
}

void MemoryJournal::add(std::int64_t unit, std::string_view record) {
  if (!records.emplace(unit, record).second) throw Error(fmt::format("unit {} was recorded twice", unit));
}

std::optional<Response> MemoryStore::find(const Key& key) {
  const auto found = answers.find(key);
  return found == answers.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace iiet::test
