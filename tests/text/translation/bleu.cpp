#include "harness/text/translation/bleu.hpp"

#include <array>
#include <map>

#include "harness/text/tokenizer/tokenizer.hpp"
#include "harness/text/translation/character_class.hpp"
#include "harness/text/translation/signature.hpp"
#include "tests/support/shared.hpp"

using namespace iiet;

namespace {

using Tokens = std::vector<std::string>;

Tokens tokens(std::string_view tokeniser, std::string_view line) {
  const auto made = make_bleu_tokenizer(tokeniser, {});
  const auto found = made->tokens(line);
  return {found.begin(), found.end()};
}

std::vector<double> segment(Bleu& bleu, std::string_view hypothesis,
                            std::vector<std::string_view> references) {
  return bleu.segment(hypothesis, references);
}

}  // namespace

TEST_CASE("13a splits marks off unless numbers hold them") {
  CHECK(tokens("13a", "At 9.30, she paid 1,200.50.") ==
        Tokens{"At", "9.30", ",", "she", "paid", "1,200.50", "."});
  CHECK(tokens("13a", "1.") == Tokens{"1", "."});
  CHECK(tokens("13a", ".1") == Tokens{".", "1"});
  CHECK(tokens("13a", "1..2") == Tokens{"1", ".", ".", "2"});
  CHECK(tokens("13a", "1...2") == Tokens{"1", ".", ".", ".2"});
  CHECK(tokens("13a", "x.,2") == Tokens{"x", ".", ",2"});
  CHECK(tokens("13a", "x.,,2") == Tokens{"x", ".", ",", ",", "2"});
  CHECK(tokens("13a", "7-8 a-b 7--8 -9") == Tokens{"7", "-", "8", "a-b", "7", "-", "-8", "-9"});
  CHECK(tokens("13a", "it's (so)") == Tokens{"it's", "(", "so", ")"});
  CHECK(tokens("13a", "a&amp;lt;b &amp;quot; c<skipped>d e-\nf g\nh") ==
        Tokens{"a", "<", "b", "&", "quot", ";", "cd", "ef", "g", "h"});
  CHECK(tokens("13a", "\u00BD.5 \u00A0x\u2009y\u200B \n") == Tokens{"\u00BD", ".", "5", "x", "y\u200B"});
  CHECK(tokens("13a", " \u3000").empty());
  CHECK(tokens("13a", "").empty());
}

TEST_CASE("the other tokenisers split at their own characters") {
  CHECK(tokens("none", " a  b.\u00A0c\n") == Tokens{"a", "b.", "c"});
  CHECK(tokens("char", "aé 😀.") == Tokens{"a", "é", "😀", "."});
  CHECK(tokens("intl", "„Öl“, 5€ [1], it's 2017.") ==
        Tokens{"„", "Öl", "“", ",", "5", "€", "[", "1", "]", ",", "it", "'", "s", "2017."});
  CHECK(tokens("intl", "\u00BD.5 .5") == Tokens{"\u00BD.5", ".", "5"});
  CHECK(tokens("intl", "[1]") == Tokens{"[1]"});  // the ends of the line split nothing off
  CHECK(tokens("intl", ".5") == Tokens{".5"});
  CHECK(tokens("intl", "a\u20C1") == Tokens{"a", "\u20C1"});  // a currency sign of Unicode 17.0
  CHECK(tokens("zh", "我有3.5元。x") == Tokens{"我", "有", "3.5", "元", "。", "x"});
  CHECK(tokens("zh", " .5 a\u2014b -3 2017.") == Tokens{".5", "a", "\u2014", "b", "-3", "2017."});
  CHECK(tokens("zh", "\U00020000a あ") == Tokens{"\U00020000a", "あ"});
}

TEST_CASE("every code point has the class of the newest tables") {
  std::map<CharacterClass, int> count;
  for (char32_t c = 0; c < 0x110000; ++c)
    if (c < 0xD800 || c > 0xDFFF) ++count[character_class(c)];
  CHECK(count[CharacterClass::kPunctuation] == 860);
  CHECK(count[CharacterClass::kNumber] == 2247);
  CHECK(count[CharacterClass::kSymbol] == 8760);
  CHECK(character_class(U'x') == CharacterClass::kOther);
  CHECK(character_class(U'Ⅳ') == CharacterClass::kNumber);
  CHECK(character_class(U'_') == CharacterClass::kPunctuation);
  CHECK(character_class(U'\u20C1') == CharacterClass::kSymbol);
}

TEST_CASE("BLEU follows its options") {
  const std::string_view hypothesis = "the old man reads a book", reference = "the old man reads the book";
  Bleu bleu({});
  const auto statistics = segment(bleu, hypothesis, {reference});
  CHECK(statistics == std::vector<double>{6, 6, 5, 3, 2, 1, 6, 5, 4, 3});
  CHECK(bleu.details(statistics) == "83.3/60.0/50.0/33.3 (BP = 1.000 ratio = 1.000 hyp_len = 6 ref_len = 6)");
  // A perfect score is not cut to 100.
  CHECK(bleu.score(segment(bleu, hypothesis, {hypothesis})) == 100.00000000000004);

  // Three words have no 4-gram: without effective order the score is 0.
  Bleu effective({.effective_order = true});
  CHECK(bleu.score(segment(bleu, "a b c", {"a b c"})) == 0);
  CHECK(effective.score(segment(effective, "a b c", {"a b c"})) == Approx(100).epsilon(1e-12));

  Bleu lower({.lowercase = true, .max_ngram_order = 1});
  CHECK(segment(lower, "ÄRGER Σ", {"ärger σ"}) == std::vector<double>{2, 2, 2, 2});
}

TEST_CASE("smoothing fills in for orders without a match") {
  const auto score = [](Smoothing smoothing, std::optional<double> value) {
    Bleu bleu({.smoothing = smoothing, .smooth_value = value});
    return bleu.detailed_score(segment(bleu, "a b x d e", {"a b c d e"}));
  };
  using Precisions = std::vector<double>;
  CHECK(score(Smoothing::kExp, {}).precisions == Precisions{80, 50, 100. / 6, 12.5});
  CHECK(score(Smoothing::kFloor, 0.5).precisions == Precisions{80, 50, 50. / 3, 25});
  CHECK(score(Smoothing::kAddK, {}).precisions == Precisions{80, 60, 25, 100. / 3});
  CHECK(score(Smoothing::kAddK, {}).counts == Precisions{4, 3, 1, 1});
  CHECK(score(Smoothing::kNone, {}).precisions == Precisions{80, 50, 0, 0});
  CHECK(score(Smoothing::kNone, {}).score == 0);
  Bleu bleu({.smoothing = Smoothing::kAddK});
  CHECK(bleu.score(segment(bleu, "x", {"y"})) == 0);  // no match at all: nothing is smoothed
}

TEST_CASE("several references are clipped by the largest count and the closest length") {
  Bleu bleu({.max_ngram_order = 2});
  CHECK(segment(bleu, "a a a b", {"a a c", "a b b b b"}) == std::vector<double>{4, 3, 3, 2, 4, 3});
  // As close from both sides: the shorter one, in any order.
  CHECK(segment(bleu, "a b", {"a", "a b c"})[1] == 1);
  CHECK(segment(bleu, "a b", {"a b c", "a"})[1] == 1);
  // An n-gram does not reach from one reference into the next.
  CHECK(segment(bleu, "a b", {"x a", "b x"}) == std::vector<double>{2, 2, 2, 0, 2, 1});
  CHECK(segment(bleu, "a", {"", "x x x"})[1] == 0);
}

TEST_CASE("resampled BLEU has the arithmetic of NumPy 1 on float32") {
  const std::array<float, 10> sums{14, 14, 10, 5, 2, 0, 14, 12, 10, 8};
  const std::vector<double> exact(sums.begin(), sums.end());
  Bleu add_k({.smoothing = Smoothing::kAddK, .smooth_value = 0.3});
  CHECK(add_k.resampled_score(sums) == 22.325136545803577);  // counts plus 0.3 are rounded to float32
  CHECK(add_k.score(exact) == 22.325136557037936);
  Bleu plain({});
  CHECK(plain.resampled_score(sums) == plain.score(exact));
}

TEST_CASE("a wrong option of BLEU is refused with what is allowed") {
  CHECK_THROWS_WITH(Bleu({.tokenize = "13b"}),
                    "unknown tokeniser '13b'; did you mean '13a'? known: none, zh, 13a, "
                    "intl, char, spm, flores101, flores200, spBLEU-1K");
  CHECK_THROWS_WITH(
      Bleu({.tokenize = "ja-mecab"}),
      Catch::StartsWith("tokeniser 'ja-mecab' needs MeCab, which is not built in; there are: none"));
  CHECK_THROWS_WITH(Bleu({.tokenize = "flores200"}),
                    "tokeniser 'flores200' needs its SentencePiece model file, and none is given");
  CHECK_THROWS_WITH(Bleu({.max_ngram_order = 0}), "BLEU: order of n-grams 0; allowed: 1 to 99");
  CHECK_THROWS_WITH(Bleu({.smoothing = Smoothing::kFloor, .smooth_value = -1}),
                    "BLEU: smoothing value -1; allowed: 0 or more");
  CHECK_THROWS_WITH(smoothing_named("addk"),
                    Catch::StartsWith("unknown smoothing method 'addk'; did you mean 'add-k'?"));
  Bleu bleu({});
  CHECK_THROWS_WITH(segment(bleu, "a", {}), "BLEU: a segment without a reference");
}

TEST_CASE("a SentencePiece model given by the user segments") {
  REQUIRE_SHARED("data/tokenizers/sentencepiece_test/test_model.model");
  const auto model = test::shared_folder() / "data/tokenizers/sentencepiece_test/test_model.model";
  const std::string_view line = "A small boat lies on the quiet lake. ";
  const Tokens pieces = load_tokenizer(model)->pieces(line.substr(0, line.size() - 1));
  REQUIRE(pieces.size() > 8);
  const auto tokeniser = make_bleu_tokenizer("spm", model);
  const auto found = tokeniser->tokens(line);
  CHECK(Tokens(found.begin(), found.end()) == pieces);
  Bleu bleu({.tokenize = "spm", .sentencepiece_model = model});
  CHECK(bleu.score(segment(bleu, line, {line})) == Approx(100).epsilon(1e-12));
  CHECK(bleu.signature()[2].value == "flores101");
}

TEST_CASE("signatures list the common fields, the metric's, and the version") {
  const Bleu bleu(
      {.tokenize = "intl", .lowercase = true, .smoothing = Smoothing::kFloor, .effective_order = true});
  ReferenceCount count;
  count.add(2);
  count.add(2);
  CommonSignature common{.references = count.text(), .bootstrap = 1000, .seed = "12345"};
  CHECK(long_signature(signature_fields(common, bleu.signature())) ==
        "nrefs:2|bs:1000|seed:12345|case:lc|eff:yes|tok:intl|smooth:floor[0.10]|version:2.6.0");
  CHECK(short_signature(signature_fields(common, bleu.signature())) ==
        "#:2|bs:1000|rs:12345|c:lc|e:yes|tok:intl|s:floor[0.10]|v:2.6.0");
  count.add(1);
  common = {.references = count.text(),
            .randomisation = 10000,
            .test_set = "t",
            .languages = "de-en",
            .original_language = "de",
            .subset = "s"};
  CHECK(long_signature(signature_fields(common, {})) ==
        "nrefs:var|ar:10000|test:t|lang:de-en|origlang:de|subset:s|version:2.6.0");
  CHECK(short_signature(signature_fields(common, {})) == "#:var|ar:10000|t:t|l:de-en|o:de|S:s|v:2.6.0");
}
