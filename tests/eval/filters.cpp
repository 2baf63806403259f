#include "harness/eval/filters.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "harness/metric/metric.hpp"
#include "tests/support/shared.hpp"

using namespace iiet;

namespace {

FilterStep step_of(const Json& step) {
  const auto function = step["function"].get<std::string>();
  if (function == "regex")
    return ExtractRegex{.pattern = step["regex_pattern"].get<std::string>(),
                        .which = step.value("group_select", 0) == 0 ? Occurrence::kFirst : Occurrence::kLast,
                        .fallback = step.value("fallback", "[invalid]")};
  if (function == "take_first") return TakeFirst{};
  if (function == "take_first_k") return TakeFirst{step["k"].get<std::size_t>()};
  if (function == "majority_vote") return MajorityVote{};
  if (function == "lowercase") return LowerCase{};
  if (function == "uppercase") return UpperCase{};
  if (function == "remove_whitespace") return StripWhiteSpace{};
  REQUIRE(function == "map");
  MapAnswers map{{}, step["default_value"].get<std::string>()};
  for (const auto& [from, to] : step["mapping_dict"].items())
    map.meanings.emplace_back(from, to.get<std::string>());
  return map;
}

Answers filtered(std::vector<FilterStep> steps, const Answers& answers) {
  return compiled({"test", std::move(steps)})(answers);
}

double exact_match(std::string_view answer, const std::vector<std::string>& references,
                   const Comparison& comparison) {
  const Metric* const metric = &Registry<Metric>::get("exact_match");
  return Measurement({&metric, 1})
      .of_document(TextOutcome{answer, {references.begin(), references.end()}, comparison})
      .front()
      .value;
}

}  // namespace

TEST_CASE("filters are lm_eval's") {
  REQUIRE_SHARED("golden/lm_eval/filters.json");
  const Json golden = read_json(test::shared_folder() / "golden/lm_eval/filters.json");
  std::size_t compared = 0;
  for (const Json& entry : golden["filters"]) {
    INFO(entry["name"]);
    Filter filter{"test", {}};
    for (const Json& step : entry["pipeline"]) filter.steps.push_back(step_of(step));
    const auto apply = compiled(filter);
    for (std::size_t i = 0; i < entry["resps"].size(); ++i) {
      const Answers found = apply(entry["resps"][i].get<Answers>());
      const Json& expected = entry["out"][i];
      CHECK(found == (expected.is_array() ? expected.get<Answers>() : Answers{expected.get<std::string>()}));
      ++compared;
    }
  }
  CHECK(compared == 200);
}

TEST_CASE("exact_match with its options is lm_eval's") {
  REQUIRE_SHARED("golden/lm_eval/filters.json");
  const Json golden = read_json(test::shared_folder() / "golden/lm_eval/filters.json");
  for (const Json& entry : golden["exact_match"]) {
    INFO(entry.dump());
    const Json& kind = golden["kinds"][entry["kind"].get<std::string>()];
    std::vector<std::string> patterns;
    if (kind.contains("regexes_to_ignore"))
      patterns = kind["regexes_to_ignore"].get<std::vector<std::string>>();
    const std::vector<std::string_view> ignored(patterns.begin(), patterns.end());
    const Comparison comparison{.ignored_patterns = ignored,
                                .ignores_case = kind.value("ignore_case", false),
                                .ignores_punctuation = kind.value("ignore_punctuation", false),
                                .ignores_digits = kind.value("ignore_numbers", false)};
    CHECK(exact_match(entry["prediction"].get_ref<const std::string&>(),
                      {entry["reference"].get<std::string>()}, comparison) == entry["score"].get<double>());
  }
}

TEST_CASE("a regular expression gives its first group that took part, of the first or the last match") {
  const ExtractRegex two{.pattern = "a(b)?|c(d)"};
  CHECK(filtered({two}, {"cd ab", "a", "x"}) == Answers{"d", "[invalid]", "[invalid]"});
  CHECK(filtered({ExtractRegex{"[0-9]+"}}, {"1 22 333"}) == Answers{"1"});
  CHECK(filtered({ExtractRegex{"[0-9]+", Occurrence::kLast}}, {"1 22 333"}) == Answers{"333"});
  CHECK(filtered({ExtractRegex{"<(.*)>"}}, {"<\u00a0x >", "<>"}) == Answers{"x", ""});
}

TEST_CASE("a vote goes to the most frequent answer, of two equals to the earlier") {
  CHECK(filtered({MajorityVote{}}, {"a", "b", "b"}) == Answers{"b"});
  CHECK(filtered({MajorityVote{}}, {"c", "a", "b", "a", "b"}) == Answers{"a"});
  CHECK(filtered({MajorityVote{}}, {}).empty());
}

TEST_CASE("any of several references makes an answer right") {
  const auto value = [&](const std::vector<std::string>& references) {
    return exact_match("The Sun.", references, {.ignores_case = true, .ignores_punctuation = true});
  };
  CHECK(value({"a star", "the sun"}) == 1);
  CHECK(value({"a star", "sun"}) == 0);
}
