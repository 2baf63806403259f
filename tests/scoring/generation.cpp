#include "harness/eval/generation.hpp"

#include "harness/base/files.hpp"
#include "harness/eval/executor.hpp"
#include "tests/support/answers.hpp"
#include "tests/support/shared.hpp"
#include "tests/support/stories.hpp"

// GenerateUntil with stories260K, float32: text and ids of lm-evaluation-harness 0.4.13, all documents
// (golden/lm_eval/README.md).
namespace iiet::test {
namespace {

struct Stories : Stories260k {
  Tokenization tokenization() const { return {*tokenizer, true, 512, false}; }
  Answers answers(const std::vector<Request>& requests, const ExecutorOptions& options = {2},
                  const AnswerHooks& hooks = {}) const {
    return answers_of({*model, tokenization(), options}, requests, hooks);
  }
};

void check_task(const std::string& name) {
  const std::string file = "golden/lm_eval/stories260k/" + name + ".json";
  REQUIRE_SHARED(file);
  const Json golden = read_json(shared_folder() / file);
  std::vector<Request> requests;
  for (const Json& sample : golden["samples"])
    requests.push_back(
        GenerateUntil{sample["ctx"].get<std::string>(),
                      golden["config"]["generation_kwargs"]["until"].get<std::vector<std::string>>(), 256});
  const Stories stories;
  RequestPlanner planner(stories.tokenization(), {});
  for (std::size_t i = 0; i < requests.size(); ++i) planner.add(i, requests[i]);
  const auto planned = planner.finish().generations;
  REQUIRE(planned.size() == requests.size());
  std::vector<GeneratedAnswer> answers(requests.size());
  DecodingListener listener;
  listener.done = [&](std::size_t i, GeneratedAnswer answer) { answers[i] = std::move(answer); };
  Decoder decoder{*stories.model, stories.tokenizer.get()};
  decoder.options.end_tokens = end_tokens(stories.model->config(), stories.tokenizer.get());
  decoder.max_length = 512;
  decoder.threads = 2;
  decode(decoder, planned, listener);
  const auto responses = stories.answers(requests).responses;
  for (std::size_t p = 0; p < planned.size(); ++p) {
    const std::size_t i = planned[p].request;
    INFO(name << ", document " << i);
    const Json& sample = golden["samples"][i];
    CHECK(static_cast<std::int64_t>(planned[p].prompt.ids.size()) == sample["n_ctx"].get<std::int64_t>());
    CHECK(answers[p].texts.front() == sample["text"].get<std::string>());
    CHECK(responses[i].text == sample["text"].get<std::string>());
    const auto ids = sample["new_ids"].get<std::vector<TokenId>>();
    CHECK(answers[p].hypotheses.front().ids == ids);
    CHECK(responses[i].tokens == static_cast<std::int64_t>(ids.size()));
    CHECK(responses[i].truncated == (planned[p].prompt.ids.size() == 256));
  }
}

}  // namespace

TEST_CASE("lm_eval generates with stories260K: triviaqa") { check_task("triviaqa"); }
TEST_CASE("lm_eval generates with stories260K: gsm8k_0shot") { check_task("gsm8k_0shot"); }
TEST_CASE("lm_eval generates with stories260K: gsm8k_5shot") { check_task("gsm8k_5shot"); }
TEST_CASE("lm_eval generates with stories260K: gsm8k_cot") { check_task("gsm8k_cot"); }

TEST_CASE("requests of all kinds in one list, whatever the threads, greedy or with a beam") {
  REQUIRE_SHARED("data/checkpoints/stories260K-hf");
  const Stories stories;
  const std::vector<Request> requests{GenerateUntil{"Once upon a time", {"."}, 30},
                                      Loglikelihood{"Once upon", " a time"}, GenerateUntil{"", {" the "}, 20},
                                      RollingLoglikelihood{"One day a cat sat."},
                                      GenerateUntil{"Lily and Tom went to", {}, 5}};
  for (const std::int64_t beam : {1, 4}) {
    std::vector<Response> first;
    for (const int threads : {1, 2, 7}) {
      std::int64_t last = 0, in_all = 0, calls = 0;
      const auto progress = [&](std::int64_t done, std::int64_t all) {
        CHECK(done >= last);
        last = done;
        in_all = all;
        ++calls;
      };
      const auto result = stories.answers(requests, {threads, {}, {.beam = beam}}, {.progress = progress});
      CHECK(last == in_all);
      CHECK(calls > 20);
      REQUIRE(result.responses.size() == 5);
      CHECK(result.costs.tokens_scored > 30);
      CHECK(result.costs.tokens_fed > result.costs.tokens_scored);
      if (first.empty()) first = result.responses;
      for (std::size_t i = 0; i < 5; ++i) {
        CHECK(result.responses[i].text == first[i].text);
        CHECK(result.responses[i].tokens == first[i].tokens);
        CHECK(result.responses[i].loglikelihood == Approx(first[i].loglikelihood).margin(1e-5));
      }
    }
    CHECK(first[0].text.find('.') == std::string::npos);
    CHECK(!first[0].text.empty());
    CHECK(first[1].loglikelihood < 0);
    CHECK(first[1].text.empty());
    CHECK(first[2].text.find(" the ") == std::string::npos);
    CHECK(first[3].loglikelihood < 0);
    CHECK(first[4].tokens >= 5);
  }
}

TEST_CASE("the number of new tokens can be given, and must leave room for a prompt") {
  REQUIRE_SHARED("data/checkpoints/stories260K-hf");
  const Stories stories;
  const std::vector<Request> requests{Loglikelihood{"a", " b"}, GenerateUntil{"Once upon a time", {}, 512}};
  const auto found = stories.answers(requests, {1, {}, {.max_new_tokens = 7}}).responses;
  CHECK(found[1].tokens == 7);
  CHECK_FALSE(found[1].truncated);
  const auto cut = stories.answers(requests, {1, {}, {.max_new_tokens = 510}}).responses;
  CHECK(cut[1].truncated);
  try {
    stories.answers(requests);
    FAIL("no room for a prompt was accepted");
  } catch (const RequestError& error) {
    CHECK(error.request() == 1);
    CHECK(std::string(error.what()).find("512 new tokens") != std::string::npos);
  }
  CHECK_THROWS_AS(stories.answers({GenerateUntil{"a", {""}, 5}}), InputError);
}

}  // namespace iiet::test
