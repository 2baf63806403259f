// BLEU of tokenised text against what Moses' and fairseq's programs printed.

#include <fmt/ranges.h>

#include "harness/base/files.hpp"
#include "harness/text/translation/tokenised_bleu.hpp"
#include "tests/support/golden_texts.hpp"
#include "tests/support/shared.hpp"

using namespace iiet;

namespace {

struct Contents {
  std::string hypotheses;
  std::vector<std::string> references;
};

/// The files of a case, or the lines that stand in it, each with an LF.
Contents contents_of(const Json& entry) {
  const auto content = [](const Json& named) {
    if (named.is_string()) return test::golden_content(named);
    return fmt::format("{}\n", fmt::join(named.get<std::vector<std::string>>(), "\n"));
  };
  Contents contents{content(entry["hypotheses"]), {}};
  for (const Json& reference : entry["references"]) contents.references.push_back(content(reference));
  return contents;
}

TokenisedBleu score(const Contents& contents, const TokenisedBleuOptions& options) {
  const std::vector<std::string_view> references(contents.references.begin(), contents.references.end());
  return tokenised_bleu(contents.hypotheses, references, options);
}

void check_multi_bleu(const Contents& contents, const Json& entry) {
  const std::pair<const char*, TokenisedBleuOptions> runs[] = {
      {"multi_bleu", {}},
      {"multi_bleu_lc", {.lowercase = true}},
      {"multi_bleu_compound", {.compound_split = true}},
      {"multi_bleu_detok", {.style = TokenisedStyle::kMultiBleuDetok}},
      {"multi_bleu_detok_lc", {.style = TokenisedStyle::kMultiBleuDetok, .lowercase = true}},
  };
  for (const auto& [name, options] : runs) {
    INFO(name);
    const TokenisedBleu result = score(contents, options);
    CHECK(result.line + "\n" == entry[name]["stdout"].get<std::string>());
    CHECK(result.exit_code == entry[name]["exit"].get<int>());
  }
}

void check_fairseq(const Contents& contents, const Json& entry) {
  const std::pair<const char*, TokenisedBleuOptions> runs[] = {
      {"fairseq", {.style = TokenisedStyle::kFairseq}},
      {"fairseq_ignore_case", {.style = TokenisedStyle::kFairseq, .lowercase = true}},
      {"fairseq_compound", {.style = TokenisedStyle::kFairseq, .compound_split = true}},
  };
  for (const auto& [name, options] : runs)
    for (std::size_t order = 1; order <= 4; ++order) {
      INFO(name << ", order " << order);
      TokenisedBleuOptions of_order = options;
      of_order.max_ngram_order = static_cast<std::int64_t>(order);
      const TokenisedBleu result = score(contents, of_order);
      const Json& golden = entry[name];
      CHECK(result.matches == golden["match"].get<std::vector<std::size_t>>());
      CHECK(result.ngrams == golden["count"].get<std::vector<std::size_t>>());
      CHECK(result.hypothesis_length == golden["syslen"].get<std::size_t>());
      CHECK(result.reference_length == golden["reflen"].get<std::size_t>());
      CHECK(result.score == golden["scores"][order - 1].get<double>());
      CHECK(result.line == golden["lines"][order - 1].get<std::string>());
      CHECK(result.exit_code == 0);
    }
}

}  // namespace

TEST_CASE("BLEU of tokenised text is that of multi-bleu and fairseq-score") {
  REQUIRE_SHARED("golden/metrics/tokenised_bleu.json");
  const Json golden = test::golden_metrics("tokenised_bleu.json");
  REQUIRE(golden["cases"].size() + golden["edge"].size() == 18);
  for (const char* const kind : {"cases", "edge"})
    for (const Json& entry : golden[kind]) {
      INFO(entry["hypotheses"].dump());
      const Contents contents = contents_of(entry);
      check_multi_bleu(contents, entry);
      if (entry.contains("fairseq")) check_fairseq(contents, entry);
      const std::string split = split_compounds(contents.hypotheses);
      CHECK(sha256(split) == entry["compound_sha256"]["hypothesis"].get<std::string>());
      CHECK(sha256(split_compounds(contents.references.front())) ==
            entry["compound_sha256"]["reference"].get<std::string>());
      if (entry.contains("compound"))
        CHECK(split ==
              fmt::format("{}\n", fmt::join(entry["compound"].get<std::vector<std::string>>(), "\n")));
    }
}
