#include "harness/text/translation/tokenised_bleu.hpp"

#include <initializer_list>

#include <catch2/catch.hpp>

using namespace iiet;

namespace {

TokenisedBleu score(std::string_view hypotheses, std::initializer_list<std::string_view> references,
                    const TokenisedBleuOptions& options = {}) {
  return tokenised_bleu(hypotheses, std::vector<std::string_view>(references), options);
}

constexpr TokenisedBleuOptions kDetok{.style = TokenisedStyle::kMultiBleuDetok};
constexpr TokenisedBleuOptions kFairseq{.style = TokenisedStyle::kFairseq};

}  // namespace

TEST_CASE("multi-bleu splits bytes at ASCII white space") {
  const TokenisedBleu result = score("the old man\u00A0reads a\r\n", {"the old man reads a\n"});
  CHECK(result.hypothesis_length == 4);
  CHECK(result.reference_length == 5);
  CHECK(result.matches == std::vector<std::size_t>{3, 1, 0, 0});
  CHECK(result.line == "BLEU = 0.00, 75.0/33.3/0.0/0.0 (BP=0.779, ratio=0.800, hyp_len=4, ref_len=5)");
  CHECK(score("a b c d \xFF\n", {"a b c d \xFF\n"}).line ==
        "BLEU = 100.00, 100.0/100.0/100.0/100.0 (BP=1.000, ratio=1.000, hyp_len=5, ref_len=5)");
  CHECK(score("A Ä\n", {"a ä\n"}, {.lowercase = true, .max_ngram_order = 1}).line ==
        "BLEU = 50.00, 50.0 (BP=1.000, ratio=1.000, hyp_len=2, ref_len=2)");
}

TEST_CASE("multi-bleu fails where it has nothing to divide by") {
  for (const auto& options : {TokenisedBleuOptions{}, kDetok}) {
    const TokenisedBleu empty = score("a b\n", {"\n"}, options);
    CHECK(empty.line == "BLEU = 0, 0/0/0/0 (BP=0, ratio=0, hyp_len=0, ref_len=0)");
    CHECK(empty.exit_code == 1);
    CHECK_THROWS_WITH(score("\n", {"a b\n"}, options),
                      Catch::StartsWith("multi-bleu: no word in the hypotheses"));
  }
}

TEST_CASE("multi-bleu counts a missing reference line as 9999 words") {
  CHECK(score("a\nb\n", {"a\n"}).reference_length == 1 + 9999);
  CHECK(score("a\nb b b\n", {"a\n", "a\nb b\n"}).reference_length == 1 + 2);
  CHECK(score("a\n", {"a\nb\n"}).reference_length == 1);  // further references are not read
}

TEST_CASE("multi-bleu-detok drops the last character of every line") {
  CHECK(score("a bé", {"a bé\n"}, kDetok).matches.front() == 1);
  CHECK(score("a bé\n", {"a b"}, kDetok).matches.front() == 1);
  // A split file ends with LF.
  TokenisedBleuOptions split = kDetok;
  split.compound_split = true;
  CHECK(score("a bé", {"a bé\n"}, split).matches.front() == 2);
}

TEST_CASE("multi-bleu-detok tokenises as 13a and lower-cases as Perl") {
  TokenisedBleuOptions lower = kDetok;
  lower.lowercase = true;
  CHECK(score("It cost 1,5.\n", {"it cost 1,5 .\n"}, lower).matches == std::vector<std::size_t>{4, 3, 2, 1});
  CHECK(score("ΟΔΟΣ\n", {"οδοσ\n"}, lower).matches.front() == 1);  // no final sigma
  CHECK(score("a\x1C"
              "b\n",
              {"a b\n"}, kDetok)
            .hypothesis_length == 1);
  // Entities are read before references are lower-cased, and after hypotheses are.
  CHECK(score("&AMP;\n", {"&AMP;\n"}, lower).hypothesis_length == 1);
  CHECK(score("&AMP;\n", {"&AMP;\n"}, lower).reference_length == 3);
}

TEST_CASE("fairseq-score reads lines as Python and gives empty ones an end symbol") {
  const TokenisedBleu result = score("a b\r\n\rc\u00A0d", {"a b\n\nc d\nmore\n"}, kFairseq);
  CHECK(result.matches == std::vector<std::size_t>{5, 2, 0, 0});
  CHECK(result.line == "BLEU4 = 0.00, 100.0/100.0/0.0/0.0 (BP=1.000, ratio=1.000, syslen=5, reflen=5)");
  CHECK(score("<pad> a b </s> <pad>\n", {"a b\n"}, kFairseq).hypothesis_length == 2);
  CHECK(score("<pad>\n", {"\n"}, kFairseq).matches.front() == 1);
  CHECK(score("a <unk>\n", {"a <unk>\n"}, kFairseq).matches.front() == 1);
}

TEST_CASE("fairseq-score refuses what it cannot do") {
  TokenisedBleuOptions fifth = kFairseq;
  fifth.max_ngram_order = 5;
  CHECK_THROWS_WITH(score("a\n", {"a\n"}, fifth), "fairseq-score: order 5; allowed: 1 to 4");
  CHECK_THROWS_WITH(score("a\n", {"a\n", "a\n"}, kFairseq), "fairseq-score takes one reference, got 2");
  CHECK_THROWS_WITH(score("", {"a\n"}, kFairseq), Catch::StartsWith("fairseq-score: no line"));
  CHECK_THROWS_WITH(score("a\n", {}), "tokenised-bleu: no reference is given");
}

TEST_CASE("compounds are split from the left without overlap") {
  CHECK(split_compounds("Rad-Weg") == "Rad ##AT##-##AT## Weg\n");
  CHECK(split_compounds("a-b-c 1-2-3-4 x--y -z u- v\n\n-") ==
        "a ##AT##-##AT## b-c 1 ##AT##-##AT## 2-3 ##AT##-##AT## 4 x ##AT##-##AT## -y -z u- v\n\n-\n");
  CHECK(split_compounds("aa-bb-cc") == "aa ##AT##-##AT## bb ##AT##-##AT## cc\n");
  CHECK(split_compounds("é-ü\u00A0-x\t-y") == "é ##AT##-##AT## ü\u00A0 ##AT##-##AT## x\t-y\n");
  CHECK(split_compounds("").empty());
}
