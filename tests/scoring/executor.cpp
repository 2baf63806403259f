#include "harness/eval/executor.hpp"

#include <cmath>
#include <random>

#include <c10/core/InferenceMode.h>

#include "tests/support/answers.hpp"
#include "tests/support/byte_tokenizer.hpp"
#include "tests/support/models.hpp"
#include "tests/support/shared.hpp"

namespace iiet::test {
namespace {

std::string random_text(std::mt19937_64& random, std::size_t longest) {
  std::string text;
  for (std::size_t n = random() % (longest + 1); text.size() < n;)
    text += static_cast<char>(random() % 5 == 0 ? ' ' : 'a' + random() % 4);
  return text;
}

/// Requests with shared beginnings, equal ones, empty and blank contexts, lengths beyond the model's.
std::vector<Request> random_requests(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Request> requests;
  std::string context;
  for (std::size_t i = 0; i < count; ++i) {
    if (random() % 3 == 0) context = random() % 6 == 0 ? "" : random_text(random, 80);
    if (random() % 7 == 0)
      requests.push_back(RollingLoglikelihood{random_text(random, 150)});
    else
      requests.push_back(Loglikelihood{context, fmt::format("x{}", random_text(random, 12))});
  }
  return requests;
}

/// The plain scorer: one request at a time, one forward pass a sequence, nothing shared, no cache,
/// log_softmax over all rows.
Response plain_answer(const LanguageModel& model, const Tokenization& tokenization, const Request& request) {
  const c10::InferenceMode inference;
  Response response{0, true, 0, false};
  std::vector<TokenSequence> sequences;
  if (const auto* rolling = std::get_if<RollingLoglikelihood>(&request)) {
    sequences = rolling_windows(tokenization.encode(rolling->text), tokenization.prefix_token(),
                                tokenization.max_length);
  } else {
    const EncodedPair pair = encode_pair(std::get<Loglikelihood>(request), tokenization);
    TokenSequence sequence{pair.context, static_cast<std::int64_t>(pair.continuation.size()), 0, false};
    sequence.tokens.insert(sequence.tokens.end(), pair.continuation.begin(), pair.continuation.end());
    const auto longest = static_cast<std::size_t>(tokenization.max_length) + 1;
    while (sequence.tokens.size() > longest) {
      sequence.tokens.erase(sequence.tokens.begin());
      response.truncated = true;
    }
    sequences.push_back(sequence);
  }
  for (const TokenSequence& s : sequences) {
    const std::vector<TokenId> input(s.tokens.begin(), s.tokens.end() - 1);
    std::vector<std::int64_t> rows;
    for (std::size_t i = 0; i < input.size(); ++i) rows.push_back(static_cast<std::int64_t>(i));
    const at::Tensor log_p =
        model.logits(model.hidden({input, {{static_cast<std::int64_t>(input.size()), -1, -1}}}, rows))
            .log_softmax(-1);
    for (std::size_t i = s.tokens.size() - static_cast<std::size_t>(s.scored); i < s.tokens.size(); ++i) {
      const at::Tensor row = log_p[static_cast<std::int64_t>(i) - 1];
      response.loglikelihood += row[s.tokens[i]].item<double>();
      response.is_greedy = response.is_greedy && row.argmax().item<std::int64_t>() == s.tokens[i];
      ++response.tokens;
    }
  }
  return response;
}

}  // namespace

TEST_CASE("every variant: random requests get the answers of the plain scorer, whatever budget and threads") {
  const ByteTokenizer tokenizer(true);
  for (const Variant& variant : Registry<Variant>::all()) {
    const auto model = small_model(variant.name);
    const Tokenization tokenization{tokenizer, true, model->config().max_position_embeddings, false};
    const auto requests = random_requests(60, 5);
    std::vector<Response> expected;
    for (const Request& request : requests) expected.push_back(plain_answer(*model, tokenization, request));
    for (const ExecutorOptions& options :
         {ExecutorOptions{1, {1}}, {1, {70}}, {2, {200}}, {3, {100000}}, {2, {300, 5}}}) {
      INFO(variant.name << ", budget " << options.packing.token_budget);
      const auto found = answers_of({*model, tokenization, options}, requests).responses;
      for (std::size_t i = 0; i < requests.size(); ++i) {
        INFO("request " << i);
        CHECK(found[i].tokens == expected[i].tokens);
        CHECK(found[i].truncated == expected[i].truncated);
        CHECK(found[i].is_greedy == expected[i].is_greedy);
        CHECK(found[i].loglikelihood ==
              Approx(expected[i].loglikelihood)
                  .margin(1e-5 * static_cast<double>(std::max<std::int64_t>(1, expected[i].tokens)))
                  .epsilon(0));
      }
    }
  }
}

TEST_CASE("raw ids: log-probabilities and largest logits of one full pass") {
  const auto model = small_model("iiet", at::kDouble);
  std::vector<std::vector<TokenId>> lists{random_ids(1, 97, 1), random_ids(33, 97, 2), random_ids(12, 97, 3)};
  lists.push_back(lists[1]);
  lists[3].resize(20);  // a beginning of another list
  const ByteTokenizer tokenizer(true);
  for (const std::int64_t budget : {1, 40, 100000}) {
    const Executor executor(*model, {tokenizer, true, 64, false}, {2, {budget}});
    std::vector<Request> requests;
    for (const auto& list : lists) requests.push_back(RawIds{list, 3});
    requests.push_back(RawIds{lists[2], 0});
    const auto found = answers_of(executor, requests).responses;
    CHECK(found[4].log_probabilities == found[2].log_probabilities);
    CHECK(found[4].top_logits.empty());
    for (std::size_t i = 0; i < lists.size(); ++i) {
      const auto expected = plain_log_probabilities(*model, lists[i]);
      REQUIRE(found[i].log_probabilities.size() == expected.size());
      CHECK(found[i].tokens == static_cast<std::int64_t>(expected.size()));
      for (std::size_t t = 0; t < expected.size(); ++t)
        CHECK(found[i].log_probabilities[t] == Approx(expected[t]).margin(1e-9).epsilon(0));
      REQUIRE(found[i].top_logits.size() == 3);
      CHECK(found[i].top_logits[0].second >= found[i].top_logits[1].second);
      CHECK(found[i].top_logits[1].second >= found[i].top_logits[2].second);
    }
    CHECK_THROWS_AS(answers_of(executor, std::vector<Request>{RawIds{random_ids(65, 97, 4)}}), RequestError);
    CHECK_THROWS_AS(answers_of(executor, std::vector<Request>{RawIds{}}), RequestError);
  }
}

TEST_CASE("a model that gives NaN is an error, not a number") {
  const auto model = small_model("transformer");
  for (const NamedTensor& p : named_tensors(model->parameters()))
    if (p.name == "model.layers.1.self_attn.q_proj.weight") p.tensor.fill_(NAN);
  const ByteTokenizer tokenizer(true);
  const std::vector<Request> requests{Loglikelihood{"a b", " c"}};
  CHECK_THROWS_AS(answers_of({*model, {tokenizer, true, 64, false}, {}}, requests), Error);
}

TEST_CASE("progress counts all tokens and can stop the work") {
  const auto model = small_model("transformer");
  const ByteTokenizer tokenizer(true);
  const auto requests = random_requests(40, 6);
  const Executor executor(*model, {tokenizer, true, 64, false}, {2, {64}});
  std::int64_t last = 0, in_all = 0;
  const auto progress = [&](std::int64_t done, std::int64_t all) {
    CHECK(done > last);
    last = done;
    in_all = all;
  };
  const auto result = answers_of(executor, requests, {.progress = progress});
  CHECK(last == in_all);
  CHECK(last == result.costs.tokens_fed);
  const auto stop = [](std::int64_t, std::int64_t) { throw Interrupted(); };
  CHECK_THROWS_AS(answers_of(executor, requests, {.progress = stop}), Interrupted);
}

}  // namespace iiet::test
