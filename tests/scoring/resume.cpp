#include <atomic>

#include "harness/eval/executor.hpp"
#include "tests/support/answers.hpp"
#include "tests/support/byte_tokenizer.hpp"
#include "tests/support/models.hpp"
#include "tests/support/shared.hpp"

// Work that was interrupted is taken up, and what a store knows is not worked on.
namespace iiet::test {
namespace {

/// Counts the tokens that a model reads.
class CountingModel : public LanguageModel {
 public:
  explicit CountingModel(const LanguageModel& model) : model_(model) {}
  const ModelConfig& config() const override { return model_.config(); }
  at::Device device() const override { return model_.device(); }
  at::Tensor hidden(const PackedTokens& tokens, std::span<const std::int64_t> rows,
                    const Pass& pass) const override {
    read += static_cast<std::int64_t>(tokens.ids.size());
    return model_.hidden(tokens, rows, pass);
  }
  Head head() const override { return model_.head(); }
  KvCache make_cache() const override { return model_.make_cache(); }

  mutable std::atomic<std::int64_t> read = 0;

 private:
  const LanguageModel& model_;
};

/// All kinds, with texts of several windows and one without tokens.
std::vector<Request> requests_of_all_kinds() {
  std::vector<Request> requests{RollingLoglikelihood{""}};
  for (int i = 0; i < 12; ++i) {
    requests.push_back(Loglikelihood{fmt::format("question {}", i / 3), fmt::format(" answer {}", i)});
    requests.push_back(RollingLoglikelihood{std::string(static_cast<std::size_t>(15 * i + 1), 'a')});
    requests.push_back(GenerateUntil{fmt::format("prompt {}", i), {"~~"}, 3 + i % 4});
    requests.push_back(RawIds{random_ids(5 + static_cast<std::size_t>(i), 97, 3), i % 3});
  }
  return requests;
}

struct Setup {
  std::unique_ptr<OdeTransformer> model = small_model("iiet");
  CountingModel counting{*model};
  ByteTokenizer tokenizer{true};
  std::vector<Request> requests = requests_of_all_kinds();
  Tokenization tokenization{tokenizer, true, 64, false};
  ExecutorOptions options{.threads = 1, .packing = {60}, .generation = {}, .model_fingerprint = "m"};

  Answers answers(const AnswerHooks& hooks = {}) const {
    return answers_of({counting, tokenization, options}, requests, hooks);
  }
};

void check_equal(const Answers& found, const Answers& expected) {
  CHECK((found.responses == expected.responses));
  CHECK(found.costs.tokens_fed == expected.costs.tokens_fed);
  CHECK(found.costs.tokens_scored == expected.costs.tokens_scored);
  CHECK(found.costs.stored == expected.costs.stored);
}

}  // namespace

TEST_CASE("work interrupted anywhere goes on where it stopped, to the same numbers") {
  const Setup setup;
  const Answers whole = setup.answers();
  const std::int64_t read = setup.counting.read;
  CHECK(whole.costs.tokens_fed == read);
  for (const int threads : {1, 3})
    for (const std::size_t every : {1, 4, 13}) {
      INFO(threads << " threads, interrupted after " << every << " units");
      Setup again;
      again.options.threads = threads;
      MemoryJournal journal;
      std::size_t interruptions = 0;
      for (;; ++interruptions) {
        REQUIRE(interruptions < 200);
        const std::size_t before = journal.records.size();
        const auto progress = [&](std::int64_t, std::int64_t) {
          if (journal.records.size() >= before + every) throw Interrupted();
        };
        try {
          again.answers({.progress = progress, .journal = &journal});
          break;
        } catch (const Interrupted&) {
        }
      }
      CHECK(interruptions >= 2);
      const std::int64_t read_before = again.counting.read;
      const Answers taken_up = again.answers({.journal = &journal});
      check_equal(taken_up, whole);
      CHECK(taken_up.costs.earlier_s > 0);
      CHECK(again.counting.read == read_before);  // all of it was in the journal
      if (threads == 1 && every == 1) CHECK(read_before < 2 * read);
    }
}

TEST_CASE("answers that end in the step in which work is stopped are kept") {
  Setup setup;
  setup.requests.clear();
  for (int i = 0; i < 4; ++i) setup.requests.push_back(GenerateUntil{"prompt", {"~~"}, 3});
  MemoryJournal journal;
  const auto stop = [](std::int64_t done, std::int64_t) {
    if (done > 0) throw Interrupted();
  };
  CHECK_THROWS_AS(setup.answers({.progress = stop, .journal = &journal}), Interrupted);
  CHECK(journal.records.size() == 1 + 4);
}

TEST_CASE("a journal of other work is refused") {
  MemoryJournal journal;
  Setup().answers({.journal = &journal});
  const auto refused = [&](const Setup& other, const char* what) {
    INFO(what);
    CHECK_THROWS_WITH(other.answers({.journal = &journal}), Catch::Contains("is other work"));
  };
  Setup other;
  other.options.model_fingerprint = "another";
  refused(other, "model");
  Setup budget;
  budget.options.packing.token_budget = 20;
  refused(budget, "budget");
  Setup beam;
  beam.options.generation.beam = 2;
  refused(beam, "beam");
  Setup shorter;
  shorter.requests.pop_back();
  refused(shorter, "requests");
  Setup text;
  text.requests[1] = Loglikelihood{"question 0", " answer x"};
  refused(text, "text");
  Setup nameless;
  nameless.options.model_fingerprint = "";
  CHECK_THROWS_AS(nameless.answers({.journal = &journal}), Error);
}

TEST_CASE("a store answers what it knows, and nothing of another model, tokenizer, dtype or option") {
  const Setup setup;
  const Answers whole = setup.answers();
  const auto count = setup.requests.size();
  MemoryStore store;
  CHECK(setup.answers({.store = &store}).costs.stored == 0);
  setup.counting.read = 0;
  const Answers stored = setup.answers({.store = &store});
  CHECK(setup.counting.read == 0);
  CHECK((stored.responses == whole.responses));
  CHECK(stored.costs.stored == count);
  CHECK(stored.costs.tokens_fed == 0);
  CHECK(stored.costs.tokens_scored == 0);

  const auto knows_nothing = [&](const Setup& other) {
    MemoryStore copy;
    copy.answers = store.answers;
    CHECK(other.answers({.store = &copy}).costs.stored == 0);
  };
  Setup other;
  other.options.model_fingerprint = "other weights or dtype";
  knows_nothing(other);
  Setup length;
  length.tokenization.max_length = 63;
  knows_nothing(length);
  Setup bos;
  bos.tokenization.adds_bos = false;
  knows_nothing(bos);
  Setup beam;
  beam.options.generation.beam = 3;
  knows_nothing(beam);
  Setup limit;
  limit.options.generation.max_new_tokens = 2;
  knows_nothing(limit);
  const ByteTokenizer another(true, "other bytes");
  const Executor executor(*setup.model, {another, true, 64, false}, setup.options);
  MemoryStore copy;
  copy.answers = store.answers;
  CHECK(answers_of(executor, setup.requests, {.store = &copy}).costs.stored == 0);
  Setup cutting;
  const Executor truncating(*cutting.model, {cutting.tokenizer, true, 64, true}, cutting.options);
  CHECK(answers_of(truncating, setup.requests, {.store = &copy}).costs.stored == 0);
}

TEST_CASE("a resumed run does not see what the store learned meanwhile") {
  const Setup setup;
  MemoryStore store;
  const std::vector<Request> some(setup.requests.begin(), setup.requests.begin() + 9);
  answers_of({setup.counting, setup.tokenization, setup.options}, some, {.store = &store});
  MemoryStore at_start;
  at_start.answers = store.answers;
  const Answers whole = setup.answers({.store = &at_start});
  CHECK(whole.costs.stored == 9);
  MemoryJournal journal;
  const auto stop = [&](std::int64_t done, std::int64_t in_all) {
    if (done > in_all / 2) throw Interrupted();
  };
  CHECK_THROWS_AS(setup.answers({.progress = stop, .journal = &journal, .store = &store}), Interrupted);
  CHECK(store.answers.size() > 9);
  check_equal(setup.answers({.journal = &journal, .store = &store}), whole);
  check_equal(setup.answers({.journal = &journal}), whole);
}

}  // namespace iiet::test
