#include <cmath>

#include "harness/base/files.hpp"
#include "harness/eval/evaluate.hpp"
#include "tests/support/answers.hpp"
#include "tests/support/golden_requests.hpp"
#include "tests/support/shared.hpp"
#include "tests/support/stories.hpp"

// lm-evaluation-harness 0.4.13 with stories260K, float32: every log-likelihood within 1e-4 * max(1, |ll|),
// greedy flags and accuracies equal (golden/lm_eval/README.md).
namespace iiet::test {
namespace {

constexpr double kTolerance = 1e-4;

/// How a folder of golden values was run.
struct Setting {
  std::string folder;
  std::int64_t max_length = 512;
  bool adds_bos = true;
};

struct Stories : Stories260k {
  Executor executor(const Setting& setting) const {
    return {*model, {*tokenizer, setting.adds_bos, setting.max_length, false}, {2}};
  }
};

void check_metric(const Json& golden, const EvaluatedTask::MetricResult& m, bool choices_may_flip) {
  INFO(m.metric->name);
  const double value = golden["results"][m.metric->name + ",none"].get<double>();
  if (m.metric->name.starts_with("acc")) {
    CHECK(m.estimate.value ==
          Approx(value).margin(choices_may_flip ? 2.0 / static_cast<double>(m.estimate.n) : 1e-15));
    CHECK(m.estimate.standard_error.has_value());
  } else {
    CHECK(std::log(m.estimate.value) == Approx(std::log(value)).epsilon(kTolerance));
  }
}

void check_task(const std::string& name, const Setting& setting) {
  const std::string file = "golden/lm_eval/" + setting.folder + "/" + name + ".json";
  REQUIRE_SHARED(file);
  INFO(file);
  const TemporaryFolder folder;
  import_data(folder.path(), {name});
  const Json golden = read_json(shared_folder() / file);
  const auto recorded = recorded_responses(golden);
  const Task& task = Registry<Task>::get(name);
  const TaskData data =
      load_task_data(task, {.folder = folder.path(), .limit = static_cast<double>(recorded.size())});
  const Stories stories;
  const EvaluatedTask found = evaluate_task(stories.executor(setting), data, {.iterations = 10});
  const DocumentResponses& responses = *found.responses;
  REQUIRE(responses.size() == recorded.size());
  std::size_t far = 0, greedy = 0;
  for (std::size_t d = 0; d < recorded.size(); ++d) {
    REQUIRE(responses[d].size() == recorded[d].size());
    for (std::size_t i = 0; i < recorded[d].size(); ++i) {
      const double expected = recorded[d][i].loglikelihood, ll = responses[d][i].loglikelihood;
      if (std::abs(ll - expected) > kTolerance * std::max(1.0, std::abs(expected))) ++far;
      if (name != "wikitext" && responses[d][i].is_greedy != recorded[d][i].is_greedy) ++greedy;
    }
  }
  CHECK(far == 0);
  CHECK(greedy == 0);
  const auto near = [&](const char* field, const char* below) {
    return golden.contains(field) && golden[field].is_object() && !golden[field][below].empty();
  };
  for (const auto& m : found.metrics)
    check_metric(golden, m,
                 m.metric->name == "acc" ? near("closest_choices", "docs_below_0.001")
                                         : near("closest_choices_norm", "docs_below_0.0001"));
}

}  // namespace

#define GOLDEN_TASK(name) \
  TEST_CASE("lm_eval with stories260K: " name) { check_task(name, {"stories260k"}); }
GOLDEN_TASK("arc_challenge")
GOLDEN_TASK("arc_easy")
GOLDEN_TASK("boolq")
GOLDEN_TASK("copa")
GOLDEN_TASK("hellaswag")
GOLDEN_TASK("lambada_openai")
GOLDEN_TASK("openbookqa")
GOLDEN_TASK("piqa")
GOLDEN_TASK("sciq")
GOLDEN_TASK("wikitext")
GOLDEN_TASK("winogrande")

TEST_CASE("lm_eval with stories260K cut to 64 tokens") {
  for (const char* task : {"arc_easy", "boolq", "copa", "lambada_openai", "sciq", "wikitext", "winogrande"})
    check_task(task, {"stories260k_max_length_64", 64});
}

TEST_CASE("lm_eval with stories260K without BOS") {
  for (const char* task : {"arc_easy", "boolq", "copa", "lambada_openai", "piqa", "wikitext", "winogrande"})
    check_task(task, {"stories260k_add_bos_false", 512, false});
}

TEST_CASE("lm_eval at the edges: pairs, requests in one call, rolling texts") {
  REQUIRE_SHARED("golden/lm_eval/edge_stories260k.json");
  const Json golden = read_json(shared_folder() / "golden/lm_eval/edge_stories260k.json");
  const Stories stories;
  std::vector<Request> requests;
  std::vector<const Json*> expected;
  for (const char* list : {"pairs", "one_call", "bos_text"})
    for (const Json& pair : golden[list]) {
      const auto context = pair["context"].get<std::string>(),
                 continuation = pair["continuation"].get<std::string>();
      if (pair.contains("error")) continue;  // the next test case has them
      // The text of BOS inside a string is that token to the Rust tokenizer and characters to SentencePiece.
      if (context.find("<s>", 1) != std::string::npos ||
          continuation.find("<s>", context.empty() ? 1 : 0) != std::string::npos)
        continue;
      requests.push_back(Loglikelihood{context, continuation});
      expected.push_back(&pair);
    }
  for (const Json& text : golden["rolling"]) {
    requests.push_back(RollingLoglikelihood{text["text"].get<std::string>()});
    expected.push_back(&text);
  }
  REQUIRE(requests.size() > 100);
  const auto found = answers_of(stories.executor({""}), requests).responses;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    INFO(expected[i]->dump());
    const double ll = (*expected[i])["ll"].get<double>();
    CHECK(found[i].loglikelihood == Approx(ll).margin(kTolerance * std::max(1.0, std::abs(ll))).epsilon(0));
    if (expected[i]->contains("greedy")) {
      CHECK(found[i].is_greedy == ((*expected[i])["greedy"].get<int>() == 1));
      CHECK(found[i].tokens == (*expected[i])["n_cont"].get<std::int64_t>());
    } else {
      CHECK(found[i].tokens == (*expected[i])["tokens"].get<std::int64_t>());
    }
  }
}

TEST_CASE(
    "where lm_eval stops: a swallowed continuation is scored alone, one that does not fit is refused or "
    "cut") {
  REQUIRE_SHARED("data/checkpoints/stories260K-hf");
  const Stories stories;
  const std::vector<Request> swallowed{Loglikelihood{"come bac", "k"}};
  const auto answer = answers_of(stories.executor({""}), swallowed).responses[0];
  CHECK(answer.tokens >= 1);
  CHECK(std::isfinite(answer.loglikelihood));
  std::string words;
  for (int i = 0; i < 600; ++i) words += " and";
  const std::vector<Request> longer{Loglikelihood{"It was", "  red"}, Loglikelihood{"It was", words}};
  try {
    answers_of(stories.executor({""}), longer);
    FAIL("a continuation longer than the model was accepted");
  } catch (const RequestError& error) {
    CHECK(error.request() == 1);
  }
  const Executor cutting(*stories.model, {*stories.tokenizer, true, 512, true}, {});
  const auto cut = answers_of(cutting, longer).responses;
  CHECK(cut[1].tokens == 512);
  CHECK(cut[1].truncated);
  CHECK_FALSE(cut[0].truncated);
}

}  // namespace iiet::test
