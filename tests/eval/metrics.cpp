#include <cmath>
#include <limits>

#include <catch2/catch.hpp>

#include "harness/base/error.hpp"
#include "harness/eval/choices.hpp"
#include "harness/eval/metric.hpp"

using namespace iiet;

namespace {

double value(const char* metric, const Sample& sample, const std::vector<Response>& responses) {
  return Registry<Metric>::get(metric).of_document(sample, responses).value;
}

Choice choice(std::vector<std::string> texts, std::size_t gold) { return choice_after("c", texts, gold); }

std::vector<Response> loglikelihoods(std::vector<double> values) {
  std::vector<Response> responses;
  for (const double x : values) responses.push_back({.loglikelihood = x});
  return responses;
}

}  // namespace

TEST_CASE("the first of several equal options wins") {
  CHECK(value("acc", choice({"a", "b"}, 0), loglikelihoods({-1, -1})) == 1);
  CHECK(value("acc", choice({"a", "b"}, 1), loglikelihoods({-1, -1})) == 0);
}

TEST_CASE("acc_norm divides by code points, acc_bytes by bytes") {
  // -3/3 against -4/4 characters (a tie) and -3/3 against -4/8 bytes.
  const auto answers = loglikelihoods({-3, -4});
  const std::vector<std::string> texts{"abc", "éééé"};
  CHECK(value("acc", choice(texts, 0), answers) == 1);
  CHECK(value("acc_norm", choice(texts, 0), answers) == 1);
  CHECK(value("acc_bytes", choice(texts, 1), answers) == 1);
}

TEST_CASE("spaces of an option itself count in its length, the delimiter does not") {
  CHECK(value("acc_norm", choice({" ab", "ab"}, 0), loglikelihoods({-5, -4})) == 1);  // -5/3 against -4/2
}

TEST_CASE("an empty option is never chosen, and NaN always is") {
  CHECK(value("acc_norm", choice({"", "long"}, 1), loglikelihoods({-0.1, -90})) == 1);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(value("acc", choice({"a", "b", "c"}, 1), loglikelihoods({-1, nan, nan})) == 1);
}

TEST_CASE("a completion is right where every token is the most probable one") {
  const Completion completion{"c", " x"};
  CHECK(value("acc", completion, {{.loglikelihood = -1, .is_greedy = true}}) == 1);
  CHECK(value("acc", completion, {{.loglikelihood = -1}}) == 0);
  CHECK(value("perplexity", completion, {{.loglikelihood = -1.5}}) == -1.5);
}

TEST_CASE("exact_match asks whether the right option is greedy") {
  const std::vector<Response> answers{{.loglikelihood = -1, .is_greedy = true}, {.loglikelihood = -9}};
  CHECK(value("exact_match", choice({"a", "b"}, 0), answers) == 1);
  CHECK(value("exact_match", choice({"a", "b"}, 1), answers) == 0);
}

TEST_CASE("perplexities of texts divide by the words and bytes of the passage") {
  const Passage passage{"t", 4, 20};
  const Response response{.loglikelihood = -10};
  const auto of = [&](const char* metric) {
    return Registry<Metric>::get(metric).of_document(passage, {&response, 1});
  };
  CHECK(of("word_perplexity").weight == 4);
  CHECK(of("byte_perplexity").weight == 20);
  CHECK(of("bits_per_byte").weight == 20);
  CHECK(of("bits_per_byte").value == -10);
}

TEST_CASE("a metric refuses another kind of sample") {
  CHECK_THROWS_AS(value("acc", Passage{"t", 1, 1}, loglikelihoods({-1})), Error);
  CHECK_THROWS_AS(value("word_perplexity", Completion{"c", " x"}, loglikelihoods({-1})), Error);
  CHECK_THROWS_AS(value("acc", choice({"a", "b"}, 0), loglikelihoods({-1})), Error);
}
