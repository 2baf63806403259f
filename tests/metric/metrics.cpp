#include <cmath>
#include <limits>

#include <catch2/catch.hpp>

#include "harness/base/error.hpp"
#include "harness/metric/aggregation.hpp"
#include "harness/metric/result_name.hpp"

using namespace iiet;

namespace {

DocumentValue value_of(const char* metric, const Outcome& outcome) {
  const Metric* const one = &Registry<Metric>::get(metric);
  return Measurement({&one, 1}).of_document(outcome).front();
}

double value(const char* metric, const Outcome& outcome) { return value_of(metric, outcome).value; }

ChoiceOutcome choice(std::vector<std::string_view> texts, std::size_t gold,
                     std::vector<double> loglikelihoods) {
  const std::size_t options = loglikelihoods.size();
  return {std::move(loglikelihoods), std::vector<bool>(options), std::move(texts), gold};
}

}  // namespace

TEST_CASE("the first of several equal options wins") {
  CHECK(value("acc", choice({"a", "b"}, 0, {-1, -1})) == 1);
  CHECK(value("acc", choice({"a", "b"}, 1, {-1, -1})) == 0);
}

TEST_CASE("acc_norm divides by code points, acc_bytes by bytes") {
  // -3/3 against -4/4 characters (a tie) and -3/3 against -4/8 bytes.
  const std::vector<double> answers{-3, -4};
  const std::vector<std::string_view> texts{"abc", "éééé"};
  CHECK(value("acc", choice(texts, 0, answers)) == 1);
  CHECK(value("acc_norm", choice(texts, 0, answers)) == 1);
  CHECK(value("acc_bytes", choice(texts, 1, answers)) == 1);
}

TEST_CASE("spaces of an option itself count in its length, the delimiter does not") {
  CHECK(value("acc_norm", choice({" ab", "ab"}, 0, {-5, -4})) == 1);  // -5/3 against -4/2
}

TEST_CASE("an empty option is never chosen, and NaN always is") {
  CHECK(value("acc_norm", choice({"", "long"}, 1, {-0.1, -90})) == 1);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(value("acc", choice({"a", "b", "c"}, 1, {-1, nan, nan})) == 1);
}

TEST_CASE("a completion is right where every token is the most probable one") {
  CHECK(value("acc", CompletionOutcome{-1, true}) == 1);
  CHECK(value("acc", CompletionOutcome{-1, false}) == 0);
  CHECK(value("perplexity", CompletionOutcome{-1.5, false}) == -1.5);
}

TEST_CASE("exact_match asks whether the right option is greedy") {
  ChoiceOutcome outcome = choice({"a", "b"}, 0, {-1, -9});
  outcome.greedy = {true, false};
  CHECK(value("exact_match", outcome) == 1);
  outcome.gold = 1;
  CHECK(value("exact_match", outcome) == 0);
}

TEST_CASE("perplexities of texts divide by the words and bytes of the passage") {
  const PassageOutcome passage{-10, 4, 20};
  CHECK(value_of("word_perplexity", passage).weight == 4);
  CHECK(value_of("byte_perplexity", passage).weight == 20);
  CHECK(value_of("bits_per_byte", passage).weight == 20);
  CHECK(value_of("bits_per_byte", passage).value == -10);
}

TEST_CASE("a metric refuses another kind of outcome") {
  CHECK_THROWS_AS(value("acc", PassageOutcome{-1, 1, 1}), Error);
  CHECK_THROWS_AS(value("word_perplexity", CompletionOutcome{-1, false}), Error);
  CHECK_THROWS_AS(value("rougeL", CompletionOutcome{-1, false}), Error);
  CHECK_THROWS_AS(value("bleu", choice({"a", "b"}, 0, {-1, -2})), Error);
}

TEST_CASE("metrics measured together say what each says alone") {
  const TextOutcome outcome{"The cats sat\non a mat.", {"A cat sat\non the mats.", "The dog sat."}};
  const std::vector<const char*> names{"rougeLsum", "bleu", "rouge1", "exact_match",
                                       "rougeL",    "ter",  "rouge2"};
  std::vector<const Metric*> metrics;
  for (const char* name : names) metrics.push_back(&Registry<Metric>::get(name));
  Measurement measurement(metrics);
  for (int round = 0; round < 2; ++round) {
    const auto values = measurement.of_document(outcome);
    REQUIRE(values.size() == names.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
      INFO(names[i]);
      CHECK(values[i].value == value(names[i], outcome));
      CHECK(values[i].statistics == value_of(names[i], outcome).statistics);
    }
  }
}

TEST_CASE("every metric says what it is") {
  for (const Metric& metric : Registry<Metric>::all()) {
    INFO(metric.name);
    CHECK_FALSE(metric.about.empty());
    CHECK(metric.measure != nullptr);
    CHECK(metric.of_sums != nullptr);
    // What is right or wrong, or its like, is a share; of texts whole corpora are scored.
    CHECK((metric.form != DocumentForm::kRightOrWrong || metric.unit == Unit::kShare));
    CHECK((metric.form == DocumentForm::kTexts) == (metric.unit == Unit::kPercent));
    CHECK((metric.unit == Unit::kPerplexity || metric.unit == Unit::kBits || metric.name == "ter") ==
          !metric.higher_is_better);
  }
}

TEST_CASE("a result is named by metric and filter") {
  CHECK(ResultName{"acc"}.text() == "acc");
  CHECK(ResultName{"acc", "none"}.text() == "acc");
  CHECK(ResultName{"exact_match", "strict-match"}.text() == "exact_match,strict-match");
  CHECK(ResultName::parse("acc").filter == "none");
  CHECK(ResultName::parse("exact_match,strict-match").metric == "exact_match");
  CHECK(ResultName::parse("exact_match,strict-match").filter == "strict-match");
  CHECK(metric_of_result("exact_match,strict-match") == &Registry<Metric>::get("exact_match"));
  CHECK(metric_of_result("f1") == nullptr);
}
