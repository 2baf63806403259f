#include "harness/text/tokenizer/pre_tokenizer.hpp"

#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"
#include "tests/support/shared.hpp"

using namespace iiet;
using Catch::Matchers::Contains;
using Strings = std::vector<std::string>;

namespace {

Strings words_of(const PreTokenizer& pre_tokenizer, const std::string& text) {
  const Words words = pre_tokenizer.split(text);
  return {words.words.begin(), words.words.end()};
}

PreTokenizer parse(const std::string& description) { return {nlohmann::json::parse(description), "test"}; }

/// A pre-tokenizer that splits at hyphens and leaves it at that.
PreTokenizer at_hyphens(const std::string& behavior) {
  return parse(R"({"type": "Sequence", "pretokenizers": [
    {"type": "Split", "pattern": {"String": "-"}, "behavior": ")" +
               behavior + R"(", "invert": false},
    {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]})");
}

}  // namespace

TEST_CASE("GPT-2's words") {
  const PreTokenizer gpt2(PreTokenizer::Prefix::kNone, "test");
  CHECK(words_of(gpt2, "we'll  go\n\n now 3x \u180E a\u2028 b") ==
        Strings{"we", "'ll", " ", " go", "\n\n", " now", " 3", "x", " \u180E", " a", "\u2028", " b"});
  CHECK(words_of(gpt2, "").empty());
  const PreTokenizer with_space(PreTokenizer::Prefix::kSpace, "test");
  CHECK(words_of(with_space, "a b") == Strings{" a", " b"});
  CHECK(words_of(with_space, " a") == Strings{" a"});
}

TEST_CASE("digits are split one by one or kept together (SmolLM2)") {
  const std::string before =
      R"({"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": )";
  const std::string after = R"(}, {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true}]})";
  CHECK(words_of(parse(before + "true" + after), "in 2024, it's ½") ==
        Strings{"in", " ", "2", "0", "2", "4", ",", " it", "'s", " ", "½"});
  CHECK(words_of(parse(before + "false" + after), "in 2024, it's ½") ==
        Strings{"in", " ", "2024", ",", " it", "'s", " ", "½"});
}

TEST_CASE("the words of Llama 3") {
  const PreTokenizer llama3 =
      parse(R"({"type": "Sequence", "pretokenizers": [{"type": "Split", "pattern": {"Regex":
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"},
    "behavior": "Isolated", "invert": false},
    {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false}]})");
  CHECK(words_of(llama3, "It'S  12345\n\n x, y!\n") ==
        Strings{"It", "'S", " ", " ", "123", "45", "\n\n", " x", ",", " y", "!\n"});
}

TEST_CASE("what becomes of a match and its neighbours") {
  CHECK(words_of(at_hyphens("Removed"), "-the--end-") == Strings{"the", "end"});
  CHECK(words_of(at_hyphens("Isolated"), "-the--end-") == Strings{"-", "the", "-", "-", "end", "-"});
  CHECK(words_of(at_hyphens("MergedWithPrevious"), "-the--end-") == Strings{"-", "the-", "-", "end-"});
  CHECK(words_of(at_hyphens("MergedWithNext"), "-the--end-") == Strings{"-the", "-", "-end", "-"});
  CHECK(words_of(at_hyphens("Contiguous"), "-the--end-") == Strings{"-", "the", "--", "end", "-"});
  CHECK_THROWS_WITH(at_hyphens("Sideways"), Contains("Sideways"));
}

TEST_CASE("pre-tokenizers that are not supported are refused by name") {
  CHECK_THROWS_WITH(parse(R"({"type": "Metaspace"})"), Contains("'Metaspace' is not supported"));
  CHECK_THROWS_WITH(parse("null"), Contains("no ByteLevel"));
  CHECK_THROWS_WITH(
      parse(R"({"type": "Sequence", "pretokenizers": [{"type": "ByteLevel"}, {"type": "Digits"}]})"),
      Contains("'Digits' after ByteLevel"));
  CHECK_THROWS_AS(parse(R"({"type": "Digits"})"), InputError);
}

TEST_CASE("patterns in Ruby's syntax become PCRE2's") {
  CHECK(pcre2_syntax(R"(\s+[^\s\d]\S)", "t") == R"(\p{White_Space}+[^\p{White_Space}\d]\P{White_Space})");
  CHECK(pcre2_syntax(R"(\p{Han}\p{^L}\P{Nd})", "t") == R"(\p{sc:Han}\p{^L}\P{Nd})");
  CHECK(pcre2_syntax(R"([^(\s|[.,])]+)", "t") == R"([^(\p{White_Space}|.,)]+)");
  CHECK(pcre2_syntax(R"([]\]a])", "t") == R"([]\]a])");
  CHECK(pcre2_syntax(R"((?i:'s)|(?!x)|(?<=y))", "t") == R"((?i:'s)|(?!x)|(?<=y))");
  for (const std::string refused :
       {R"(\h)", R"(\bx)", R"([a&&b])", R"([a[^b]])", R"([[:alpha:]])", R"((?m:.))", R"(\d{1,3}+)", R"([a)",
        R"(a\)", R"((a)", R"(\p{Nonsense})", R"([\W])"}) {
    INFO(refused);
    CHECK_THROWS_AS(SplitPattern(refused, "test"), InputError);
  }
}

TEST_CASE("empty matches cut between characters, not inside them") {
  const SplitPattern pattern("x*", "test");
  std::vector<std::size_t> begins;
  for (const auto& match : pattern.matches("éxx")) begins.push_back(match.begin);
  CHECK(begins == std::vector<std::size_t>{0, 2, 4});
}
