#include "models/null_model.hpp"

#include <cmath>

#include "harness/eval/evaluate.hpp"
#include "harness/eval/sample_log.hpp"
#include "tests/support/answers.hpp"
#include "tests/support/byte_tokenizer.hpp"
#include "tests/support/models.hpp"
#include "tests/support/shared.hpp"

namespace iiet::test {
namespace {

NullModel null_model() {
  ModelConfig config = small_config("transformer");
  config.max_position_embeddings = 4096;
  return NullModel(config);
}

}  // namespace

TEST_CASE("the null model finds every token equally probable") {
  const NullModel model = null_model();
  CHECK(model.config().untrained);
  CHECK(cost_of(model.config()).evaluations_per_token == 0);
  const ByteTokenizer tokenizer(true);
  const Executor executor(model, {tokenizer, true, 4096, false}, {});
  const std::vector<Request> requests{Loglikelihood{"a", " bc"}, RollingLoglikelihood{"abcd"},
                                      GenerateUntil{"abc", {}, 5}, RawIds{{3, 4, 5}, 2}};
  const auto found = answers_of(executor, requests).responses;
  const double each = -std::log(97.0);
  CHECK(found[0].loglikelihood == Approx(3 * each));
  CHECK_FALSE(found[0].is_greedy);
  CHECK(found[1].tokens == 5);  // BOS of the text itself too, behind the first window's prefix
  CHECK(found[1].loglikelihood == Approx(5 * each));
  CHECK(found[2].tokens == 5);
  CHECK(found[2].text == "     ");  // token 0
  CHECK(found[3].log_probabilities == std::vector<double>{each, each});
  CHECK(found[3].top_logits.size() == 2);
}

TEST_CASE("the null model takes what every model takes") {
  struct Counter : Observer {
    std::int64_t tokens = 0;
    void embedded(const at::Tensor& state) override { tokens += state.size(0); }
  } counter;
  const NullModel model = null_model();
  CHECK(model.hidden({{5, 6, 7}, {{3}}}, std::vector<std::int64_t>{2}, {.observer = &counter}).size(0) == 1);
  CHECK(counter.tokens == 3);
  CHECK_THROWS_AS(model.hidden({{5, 97}, {{2}}}, {}), InputError);
}

TEST_CASE("every task goes from its sample documents to finite metrics with the null model") {
  const NullModel model = null_model();
  const ByteTokenizer tokenizer(true);
  const Executor executor(model, {tokenizer, true, 4096, true}, {.threads = 2});
  for (const Task& task : Registry<Task>::all()) {
    INFO(task.name);
    const TaskData data = load_task_data(task, {.limit = 4.0});
    const EvaluatedTask found = evaluate_task(executor, data, {.iterations = 5});
    CHECK(found.requests >= data.samples.size());
    CHECK(found.costs.tokens_fed > 0);
    CHECK(found.metrics.size() == result_names(task).size());
    for (const auto& metric : found.metrics) {
      INFO(metric.name());
      CHECK_FALSE(std::isnan(metric.estimate.value));
    }
    std::size_t lines = 0;
    for_each_sample_line(data, found, Json::object(), [&](const std::string& line) {
      CHECK(Json::parse(line).contains("resps"));
      ++lines;
    });
    CHECK(lines == data.samples.size() * found.filtered.size());
  }
}

}  // namespace iiet::test
