#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include "harness/base/error.hpp"
#include "models/generation/candidates.hpp"
#include "models/generation/sampler.hpp"
#include "tests/support/models.hpp"
#include "tests/support/shared.hpp"

namespace iiet::test {
namespace {

using Ids = std::vector<TokenId>;

DecodingOptions greedy() { return {.end_tokens = {2}}; }

DecodingOptions beams(std::int64_t count, std::int64_t n_best = 1) {
  BeamSearch beam;
  beam.beams = count;
  return {.strategy = beam, .n_best = n_best, .min_new_tokens = 1, .end_tokens = {2}};
}

DecodingOptions sampling(Sampling options, std::int64_t n_best = 1) {
  return {.strategy = options, .n_best = n_best, .end_tokens = {2}};
}

/// A vocabulary so small that end tokens and repetitions are frequent.
std::unique_ptr<OdeTransformer> model_of_seven_tokens(const std::string& variant, at::ScalarType type) {
  ModelConfig config = small_config(variant);
  config.vocab_size = 7;
  return fresh_model(config, {type, at::kCPU, {}}, 5);
}

std::vector<Ids> ragged_prompts(std::size_t count, std::int64_t vocabulary) {
  std::vector<Ids> prompts;
  for (std::size_t i = 0; i < count; ++i) prompts.push_back(random_ids(1 + 11 * i % 37, vocabulary, 100 + i));
  return prompts;
}

void require_same(const std::vector<std::vector<Hypothesis>>& a,
                  const std::vector<std::vector<Hypothesis>>& b, double margin) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    INFO("prompt " << i);
    REQUIRE(a[i].size() == b[i].size());
    for (std::size_t h = 0; h < a[i].size(); ++h) {
      CHECK(a[i][h].ids == b[i][h].ids);
      CHECK(a[i][h].ending == b[i][h].ending);
      CHECK(a[i][h].score ==
            Approx(b[i][h].score).margin(margin * static_cast<double>(a[i][h].ids.size())).epsilon(0));
      REQUIRE(a[i][h].log_probabilities.size() == a[i][h].ids.size());
      for (std::size_t t = 0; t < a[i][h].ids.size(); ++t)
        CHECK(a[i][h].log_probabilities[t] == Approx(b[i][h].log_probabilities[t]).margin(margin).epsilon(0));
    }
  }
}

/// log p of every token behind `ids`, from one full pass without a cache.
std::vector<double> next_log_probabilities(const LanguageModel& model, const Ids& ids,
                                           double temperature = 1) {
  const c10::InferenceMode inference;
  const std::vector<std::int64_t> last{static_cast<std::int64_t>(ids.size()) - 1};
  const at::Tensor logits =
      model.logits(model.hidden({ids, {{static_cast<std::int64_t>(ids.size()), -1, -1}}}, last));
  const at::Tensor log_p = (logits[0].to(at::kDouble) / temperature).log_softmax(-1).contiguous();
  return {log_p.const_data_ptr<double>(), log_p.const_data_ptr<double>() + log_p.numel()};
}

/// True if the last n tokens of `ids` stand in it at an earlier place too.
bool repeats_last(const Ids& ids, std::size_t n) {
  if (n == 0 || ids.size() < n) return false;
  const auto last = ids.end() - static_cast<std::ptrdiff_t>(n);
  return std::search(ids.begin(), ids.end() - 1, last, ids.end()) != ids.end() - 1;
}

/// fairseq's beam search written down plainly for one end token: whole tables, no cache, every hypothesis
/// recomputed from its ids.
std::vector<Hypothesis> plain_beam_search(const LanguageModel& model, const Prompt& prompt,
                                          const DecodingOptions& options, std::int64_t max_length) {
  const auto& beam = std::get<BeamSearch>(options.strategy);
  const auto k = static_cast<std::size_t>(beam.beams);
  const TokenId end = options.end_tokens.at(0);
  const std::int64_t longest =
      std::min(prompt.max_new_tokens, max_length - static_cast<std::int64_t>(prompt.ids.size()));
  struct Row {
    Ids ids;
    double sum = 0;
  };
  std::vector<Row> live{{}};
  std::vector<Hypothesis> finished;
  for (std::int64_t step = 0; step <= longest && finished.size() < k; ++step) {
    std::vector<Row> table;
    for (const Row& row : live) {
      Ids all = prompt.ids;
      all.insert(all.end(), row.ids.begin(), row.ids.end());
      const auto log_p = next_log_probabilities(model, all, beam.temperature);
      for (TokenId token = 0; token < static_cast<TokenId>(log_p.size()); ++token) {
        all.push_back(token);
        const bool is_end = token == end;
        const bool allowed = step == longest ? is_end
                             : is_end        ? step >= options.min_new_tokens
                                      : !repeats_last(all, static_cast<std::size_t>(options.no_repeat_ngram));
        all.pop_back();
        if (!allowed) continue;
        table.push_back(row);
        table.back().ids.push_back(token);
        table.back().sum += log_p[static_cast<std::size_t>(token)];
      }
    }
    std::stable_sort(table.begin(), table.end(), [](const Row& a, const Row& b) { return a.sum > b.sum; });
    table.resize(std::min(table.size(), 2 * k));
    live.clear();
    for (std::size_t rank = 0; rank < table.size(); ++rank) {
      const Row& row = table[rank];
      if (row.ids.back() != end) {
        if (live.size() < k) live.push_back(row);
        continue;
      }
      if (rank >= k || finished.size() == k) continue;
      const auto length = static_cast<double>(row.ids.size());
      finished.push_back({row.ids,
                          {},
                          beam.is_normalized ? row.sum / std::pow(length, beam.length_penalty) : row.sum,
                          Ending::kEndToken});
    }
  }
  std::stable_sort(finished.begin(), finished.end(),
                   [](const auto& a, const auto& b) { return a.score > b.score; });
  finished.resize(std::min(finished.size(), static_cast<std::size_t>(options.n_best)));
  return finished;
}

}  // namespace

// GEMMs of other shapes add in another order: the last digits of float32 move, the ids must not. In float64
// the same holds for what a mistake in the batches could change.
TEST_CASE("every variant: batches of 1 and of 64 give the same hypotheses") {
  const auto check = [](const LanguageModel& model, const DecodingOptions& options, double margin) {
    const auto prompts = prompts_of(ragged_prompts(16, model.config().vocab_size), 8);
    const auto one = generated(model, prompts, options, {.batch = 1});
    require_same(one, generated(model, prompts, options, {.batch = 64}), margin);
    require_same(one, generated(model, prompts, options, {.batch = 3, .threads = 3}), margin);
  };
  for (const Variant& variant : Registry<Variant>::all())
    for (const at::ScalarType type : {at::kFloat, at::kDouble}) {
      INFO(variant.name << " in " << type);
      const double margin = type == at::kDouble ? 1e-10 : tolerance(type);
      const auto model = small_model(variant.name, type);
      check(*model, greedy(), margin);
      check(*model, sampling({.temperature = 0.8, .top_k = 20, .top_p = 0.9, .seed = 3}, 2), margin);
      check(*model, beams(4, 4), margin);
      check(*model_of_seven_tokens(variant.name, type), beams(3, 3), margin);
    }
}

TEST_CASE("beam search equals a plain one without cache, whatever the options") {
  at::set_num_threads(1);  // thousands of tiny passes
  for (const char* variant : {"transformer", "iiet"}) {
    const auto model = model_of_seven_tokens(variant, at::kDouble);
    auto prompts = prompts_of(ragged_prompts(8, 7), 9);
    prompts.push_back({random_ids(60, 7, 1), 9});  // only 4 more can be read
    for (const auto& change : std::vector<std::function<void(DecodingOptions&, BeamSearch&)>>{
             [](DecodingOptions&, BeamSearch&) {},
             [](DecodingOptions&, BeamSearch&b) { b.length_penalty = 0; },
             [](DecodingOptions&, BeamSearch&b) { b.length_penalty = 2.5; },
             [](DecodingOptions&, BeamSearch&b) { b.is_normalized = false; },
             [](DecodingOptions&, BeamSearch&b) { b.temperature = 1.7; },
             [](DecodingOptions&o, BeamSearch&) { o.min_new_tokens = 4; },
             [](DecodingOptions&o, BeamSearch&) { o.no_repeat_ngram = 2; },
             [](DecodingOptions&o, BeamSearch&) { o.no_repeat_ngram = 1, o.min_new_tokens = 0; },
             [](DecodingOptions&o, BeamSearch&b) { o.n_best = b.beams = 6; },
             [](DecodingOptions&o, BeamSearch&b) { o.n_best = b.beams = 1; }}) {
      DecodingOptions options = beams(3, 3);
      change(options, std::get<BeamSearch>(options.strategy));
      const auto found = generated(*model, prompts, options, {.batch = 4});
      for (std::size_t i = 0; i < prompts.size(); ++i) {
        INFO(variant << ", beam of " << std::get<BeamSearch>(options.strategy).beams << ", n-gram "
                     << options.no_repeat_ngram << ", prompt " << i);
        const auto expected = plain_beam_search(*model, prompts[i], options, 64);
        REQUIRE(found[i].size() == expected.size());
        for (std::size_t h = 0; h < expected.size(); ++h) {
          CHECK(found[i][h].ids == expected[h].ids);
          CHECK(found[i][h].score == Approx(expected[h].score).margin(1e-9));
          CHECK(found[i][h].ending == Ending::kEndToken);
        }
      }
    }
  }
}

TEST_CASE("a beam of one token is the greedy continuation with the end token forced") {
  const auto model = small_model("transformer", at::kDouble);
  const auto prompts = prompts_of(ragged_prompts(6, 97), 5);
  const auto found = generated(*model, prompts, beams(1)), expected = generated(*model, prompts, greedy());
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    Ids ids = expected[i][0].ids;
    if (ids.back() != 2) ids.push_back(2);
    CHECK(found[i][0].ids == ids);
    CHECK(found[i][0].score == Approx(std::accumulate(found[i][0].log_probabilities.begin(),
                                                      found[i][0].log_probabilities.end(), 0.0) /
                                      static_cast<double>(ids.size())));
  }
}

TEST_CASE("greedy decoding reports the model's log-probabilities and where it ended") {
  const auto model = small_model("rk2", at::kDouble);
  const Ids prompt = random_ids(9, 97, 3);
  const Hypothesis free = generated(*model, {{prompt, 8}}, {})[0][0];
  CHECK(free.ids.size() == 8);
  CHECK(free.ending == Ending::kLimit);
  Ids all = prompt;
  for (std::size_t t = 0; t < free.ids.size(); ++t) {
    const auto log_p = next_log_probabilities(*model, all);
    CHECK(free.log_probabilities[t] == Approx(log_p[static_cast<std::size_t>(free.ids[t])]).margin(1e-9));
    all.push_back(free.ids[t]);
  }
  CHECK(free.score ==
        Approx(std::accumulate(free.log_probabilities.begin(), free.log_probabilities.end(), 0.0))
            .margin(1e-12));

  const TokenId third = free.ids[2];
  const auto first = std::find(free.ids.begin(), free.ids.end(), third);
  const Hypothesis ended = generated(*model, {{prompt, 8}}, {.end_tokens = {third}})[0][0];
  CHECK(ended.ids == Ids(free.ids.begin(), first + 1));
  CHECK(ended.ending == Ending::kEndToken);
  DecodingRun run;
  run.stops = [&](std::size_t, std::span<const TokenId> ids) { return ids.size() == 4; };
  const Hypothesis stopped = generated(*model, {{prompt, 8}}, {}, run)[0][0];
  CHECK(stopped.ids == Ids(free.ids.begin(), free.ids.begin() + 4));
  CHECK(stopped.ending == Ending::kStop);
}

TEST_CASE("end tokens are forbidden until min_new_tokens are out") {
  const auto model = model_of_seven_tokens("transformer", at::kFloat);
  const auto prompts = prompts_of(ragged_prompts(10, 7), 8);
  for (DecodingOptions options : {greedy(), sampling({.seed = 9}, 4), beams(3, 3)}) {
    options.end_tokens = {2, 5};
    std::size_t earlier = 0;
    for (const std::int64_t min : {0, 6}) {
      options.min_new_tokens = min;
      for (const auto& hypotheses : generated(*model, prompts, options))
        for (const Hypothesis& h : hypotheses) {
          for (std::size_t t = 0; t < h.ids.size(); ++t) {
            const bool is_end = h.ids[t] == 2 || h.ids[t] == 5;
            CHECK(is_end == (t + 1 == h.ids.size() && h.ending == Ending::kEndToken));
          }
          if (min == 0 && h.ids.size() < 7) ++earlier;
          if (min == 6) CHECK(h.ids.size() >= 7);
        }
    }
    CHECK(earlier > 0);
  }
}

TEST_CASE("no n-gram of prompt and continuation comes twice, end tokens aside") {
  const auto model = model_of_seven_tokens("pcformer", at::kFloat);
  const auto prompts = prompts_of(ragged_prompts(10, 7), 12);
  for (DecodingOptions options : {greedy(), sampling({.seed = 9}), beams(3, 3)}) {
    std::size_t repeated = 0;
    for (const std::int64_t n : {0, 3}) {
      options.no_repeat_ngram = n;
      const auto found = generated(*model, prompts, options);
      for (std::size_t i = 0; i < found.size(); ++i)
        for (const Hypothesis& h : found[i]) {
          Ids all = prompts[i].ids;
          for (const TokenId id : h.ids) {
            all.push_back(id);
            if (id != 2 && repeats_last(all, 3)) ++repeated;
          }
        }
      if (n == 0) {
        CHECK(repeated > 0);
        repeated = 0;
      }
    }
    CHECK(repeated == 0);
  }
  // One token may come once: with all but the end token gone the continuation ends there.
  const auto all_gone =
      generated(*model, {{Ids{0, 1, 3, 4, 5, 6}, 5}}, {.no_repeat_ngram = 1, .end_tokens = {2}});
  CHECK(all_gone[0][0].ids == Ids{2});
}

TEST_CASE("the model's length ends a continuation: the last token is not read") {
  const auto model = small_model("transformer");
  const std::vector<Prompt> prompts{{random_ids(60, 97, 1), 50}, {random_ids(64, 97, 2), 50}};
  const auto found = generated(*model, prompts, {});
  CHECK(found[0][0].ids.size() == 5);
  CHECK(found[1][0].ids.size() == 1);
  const auto beam = generated(*model, prompts, beams(2));
  CHECK(beam[0][0].ids.size() <= 5);
  CHECK(beam[1][0].ids == Ids{2});
  CHECK(generated(*model, {prompts[0]}, {}, {.max_length = 62})[0][0].ids.size() == 3);
  CHECK_THROWS_AS(generated(*model, {{random_ids(65, 97, 1), 5}}, {}), InputError);
  CHECK_THROWS_AS(generated(*model, {{{}, 5}}, {}), InputError);
}

TEST_CASE("a prompt is read once for all its hypotheses, and finished ones leave the batch") {
  const auto model = small_model("iiet");
  const auto prompts = prompts_of(ragged_prompts(9, 97), 6);
  const auto length = [](const Prompt& p) { return static_cast<std::int64_t>(p.ids.size()); };
  std::int64_t prompt_tokens = 0;
  for (const Prompt& p : prompts) prompt_tokens += length(p);
  for (const auto& [options, rows] : {std::pair(sampling({}, 5), 5), std::pair(greedy(), 1)}) {
    std::int64_t read = 0, of_prompts = 0;
    DecodingRun run{.batch = 4};
    run.after_step = [&](const DecodingStep& step) {
      CHECK(step.prompts <= 4);
      read += step.tokens_read;
      of_prompts += step.prompt_tokens;
    };
    std::int64_t generated_tokens = 0, hypotheses = 0;
    for (const auto& of_prompt : generated(*model, prompts, options, run))
      for (const Hypothesis& h : of_prompt) {
        generated_tokens += static_cast<std::int64_t>(h.ids.size());
        ++hypotheses;
      }
    CHECK(hypotheses == 9 * rows);
    CHECK(of_prompts == prompt_tokens);
    CHECK(read == prompt_tokens + generated_tokens - hypotheses);  // the last token of each is not read
  }
}

TEST_CASE("results are handed out as soon as they are there, and a step can be the last") {
  const auto model = small_model("transformer");
  std::vector<Prompt> prompts = prompts_of(ragged_prompts(6, 97), 3);
  prompts[2].max_new_tokens = 9;
  std::map<std::size_t, std::size_t> steps_at_done;  // told before the step itself is
  std::size_t steps = 0;
  DecodingRun run{.batch = 6};
  run.after_step = [&](const DecodingStep&) { ++steps; };
  run.done = [&](std::size_t prompt, const DecodedPrompt&) {
    CHECK(steps_at_done.emplace(prompt, steps).second);
  };
  generate(*model, prompts, {}, run);
  CHECK(steps_at_done == std::map<std::size_t, std::size_t>{{0, 2}, {1, 2}, {2, 8}, {3, 2}, {4, 2}, {5, 2}});
  run.after_step = [&](const DecodingStep&) { throw Interrupted(); };
  CHECK_THROWS_AS(generate(*model, prompts, {}, run), Interrupted);
}

TEST_CASE("sampling: the same seed gives the same text, another seed, prompt or sample another one") {
  const auto model = small_model("transformer");
  const Ids prompt = random_ids(5, 97, 1);
  const std::vector<Prompt> twice{{prompt, 12}, {prompt, 12}};
  const auto found = generated(*model, twice, sampling({.seed = 1}, 3));
  CHECK(best_ids(found) == best_ids(generated(*model, twice, sampling({.seed = 1}, 3))));
  CHECK(best_ids(found) != best_ids(generated(*model, twice, sampling({.seed = 2}, 3))));
  std::set<Ids> all;
  for (const auto& hypotheses : found) {
    for (const Hypothesis& h : hypotheses) all.insert(h.ids);
    CHECK(std::is_sorted(hypotheses.begin(), hypotheses.end(),
                         [](const auto& a, const auto& b) { return a.score > b.score; }));
  }
  CHECK(all.size() == 6);
  // A prompt's samples do not depend on what stands before it.
  const auto alone = generated(*model, {twice[0]}, sampling({.seed = 1}, 3));
  CHECK(alone[0][0].ids == found[0][0].ids);
}

TEST_CASE("sampling: top-k and top-p restrict the tokens, the temperature shapes their shares") {
  const std::vector<double> p{0.05, 0.4, 0.1, 0.3, 0.1, 0.05};
  std::vector<float> logits;
  for (const double x : p) logits.push_back(static_cast<float>(std::log(x)) + 3.0F);
  const auto tokens = [&](const Sampling& s) {
    Ids ids = TokenDistribution(std::span<const float>(logits), s).tokens();
    std::sort(ids.begin(), ids.end());
    return ids;
  };
  CHECK(tokens({}) == Ids{0, 1, 2, 3, 4, 5});
  CHECK(tokens({.top_k = 1}) == Ids{1});
  CHECK(tokens({.top_k = 3}) == Ids{1, 2, 3});  // of the equal ones the lower id
  CHECK(tokens({.top_p = 0.39}) == Ids{1});
  CHECK(tokens({.top_p = 0.41}) == Ids{1, 3});
  CHECK(tokens({.top_p = 0.75}) == Ids{1, 2, 3});
  CHECK(tokens({.top_k = 2, .top_p = 0.6}) == Ids{1, 3});  // 0.4 of 0.7 is less than 0.6
  CHECK(tokens({.top_k = 2, .top_p = 0.55}) == Ids{1});

  // The last digits of logits hang on the batch: they must not change what a random number stands for.
  std::vector<float> nearly(300), perturbed(300);
  for (std::size_t i = 0; i < nearly.size(); ++i) {
    nearly[i] = i % 3 == 0 ? -9.0F : 1.0F;
    perturbed[i] = nearly[i] + 1e-6F * static_cast<float>(i * 7 % 11);
  }
  const Sampling top{.top_k = 200};
  const TokenDistribution one(std::span<const float>(nearly), top),
      other(std::span<const float>(perturbed), top);
  std::size_t different = 0;
  for (int i = 0; i < 1000; ++i) {
    const double draw = (i + 0.5) / 1000;
    different += one.at(draw) != other.at(draw) ? 1 : 0;
  }
  CHECK(different == 0);

  const auto model = small_model("transformer", at::kDouble);
  const Ids prompt = random_ids(7, 97, 5);
  for (const double temperature : {1.0, 0.5}) {
    const auto log_p = next_log_probabilities(*model, prompt, temperature);
    constexpr std::int64_t kDraws = 20000;
    std::vector<double> share(log_p.size(), 0);
    const auto draws =
        generated(*model, {{prompt, 1}}, sampling({.temperature = temperature, .seed = 11}, kDraws));
    REQUIRE(draws[0].size() == kDraws);
    for (const Hypothesis& h : draws[0]) share[static_cast<std::size_t>(h.ids[0])] += 1.0 / kDraws;
    for (std::size_t i = 0; i < share.size(); ++i) {
      const double expected = std::exp(log_p[i]);
      CHECK(std::abs(share[i] - expected) < 5 * std::sqrt(expected / kDraws) + 1e-4);
    }
  }
}

TEST_CASE("candidates: ties go to the lower id, forbidden tokens and those without probability stay out") {
  const float none = -std::numeric_limits<float>::infinity();
  const at::Tensor logits = at::tensor({1.0F, 3.0F, 2.0F, 3.0F, none, 2.0F}).unsqueeze(0);
  const std::vector<std::size_t> prompts{0};
  const auto tokens = [&](const TokenQuery& query, const DecodingOptions& options = {}) {
    Ids ids;
    const auto answers = answer(logits, std::span(&query, 1), options, prompts);
    for (const Candidate& c : answers[0]) ids.push_back(c.token);
    return ids;
  };
  CHECK(tokens({.count = 1}) == Ids{1});
  CHECK(tokens({.count = 3}) == Ids{1, 3, 2});
  CHECK(tokens({.count = 9}) == Ids{1, 3, 2, 5, 0});
  CHECK(tokens({.count = 1, .forbidden = {1}}) == Ids{3});
  CHECK(tokens({.count = 4, .score = -7.5}) == Ids{1, 3, 2, 5});
  CHECK(tokens({.count = 4, .score = 0.0, .only_end_tokens = true}, {.end_tokens = {5, 2, 4}}) == Ids{2, 5});
  // Beside a large score the small differences of log-probabilities are rounded away.
  CHECK(tokens({.count = 2, .score = -1e9}) == Ids{0, 1});
  const auto best = answer(logits, std::vector<TokenQuery>{{.count = 1}}, {}, prompts)[0][0];
  CHECK(best.log_probability ==
        Approx(logits[0].to(at::kDouble).log_softmax(-1)[1].item<double>()).margin(1e-6));
  const at::Tensor bad = at::full({1, 6}, NAN);
  CHECK_THROWS_AS(answer(bad, std::vector<TokenQuery>{{.count = 1}}, {}, prompts), DecodingError);
}

TEST_CASE("a beam ends a hypothesis at a stop rule like at the end token") {
  const auto model = model_of_seven_tokens("transformer", at::kDouble);
  const std::vector<Prompt> prompts = prompts_of(ragged_prompts(6, 7), 8);
  // Two neighbours that the search finds without the rule.
  Ids pair;
  for (const auto& hypotheses : generated(*model, prompts, beams(4, 4)))
    for (const Hypothesis& h : hypotheses)
      if (pair.empty() && h.ids.size() >= 4) pair = {h.ids[1], h.ids[2]};
  REQUIRE(pair.size() == 2);
  DecodingRun run;
  run.stops = [&pair](std::size_t, std::span<const TokenId> ids) {
    return ids.size() >= 2 && ids[ids.size() - 2] == pair[0] && ids.back() == pair[1];
  };
  std::size_t stopped = 0;
  for (const auto& hypotheses : generated(*model, prompts, beams(4, 4), run))
    for (const Hypothesis& h : hypotheses) {
      if (h.ending == Ending::kStop) ++stopped;
      for (std::size_t t = 1; t < h.ids.size(); ++t) {
        const bool stops = h.ids[t - 1] == pair[0] && h.ids[t] == pair[1];
        CHECK(stops == (t + 1 == h.ids.size() && h.ending == Ending::kStop));
      }
    }
  CHECK(stopped > 0);
}

TEST_CASE("decoding options that do not fit are refused") {
  const auto refused = [](const DecodingOptions& options, const std::string& part) {
    CHECK_THROWS_WITH(validate(options, 97), Catch::Contains(part));
  };
  refused(beams(97), "beam 97");
  refused(beams(2, 3), "n-best 3");
  DecodingOptions no_end = beams(2);
  no_end.end_tokens = {};
  refused(no_end, "end token");
  refused({.n_best = 2}, "n-best 2");
  refused(sampling({.temperature = 0}), "temperature");
  refused(sampling({.top_p = 1.5}), "top-p");
  refused(sampling({.top_p = 0}), "top-p");
  DecodingOptions unknown = beams(2);
  std::get<BeamSearch>(unknown.strategy).convention = "fairseqq";
  refused(unknown, "did you mean 'fairseq'?");
}

}  // namespace iiet::test
