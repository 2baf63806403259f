// BLEU against what sacreBLEU returned: equal to the last bit.

#include <algorithm>
#include <map>
#include <numeric>

#include <fmt/ranges.h>

#include "harness/base/files.hpp"
#include "harness/base/unicode.hpp"
#include "harness/text/translation/bleu.hpp"
#include "harness/text/translation/signature.hpp"
#include "tests/support/golden_texts.hpp"
#include "tests/support/shared.hpp"

using namespace iiet;
using iiet::test::GoldenSet;

namespace {

using References = std::vector<std::string_view>;

std::vector<std::string_view> split_words(std::string_view text) {
  std::vector<std::string_view> words;
  for_each_word(text, [&](std::string_view word) { words.push_back(word); });
  return words;
}

BleuOptions bleu_options(const Json& golden) {
  BleuOptions options;
  for (const auto& [name, value] : golden.items()) {
    if (name == "tokenize")
      options.tokenize = value;
    else if (name == "lowercase")
      options.lowercase = value;
    else if (name == "smooth_method")
      options.smoothing = smoothing_named(value.get<std::string>());
    else if (name == "smooth_value" && value.is_null())
      options.smooth_value.reset();
    else if (name == "smooth_value")
      options.smooth_value = value.get<double>();
    else if (name == "effective_order")
      options.effective_order = value;
    else if (name == "max_ngram_order")
      options.max_ngram_order = value;
    else
      FAIL("an option that this test does not know: " << name);
  }
  return options;
}

/// The corpus so far: sums and numbers of references.
struct Corpus {
  explicit Corpus(const Json& options) : bleu(bleu_options(options)), sums(bleu.width()) {}

  void add(std::string_view hypothesis, const References& references) {
    const auto segment = bleu.segment(hypothesis, references);
    REQUIRE(segment.size() == sums.size());
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += segment[i];
    count.add(references.size());
  }

  std::vector<SignatureField> fields() const {
    CommonSignature common;
    common.references = count.text();
    return signature_fields(common, bleu.signature());
  }

  Bleu bleu;
  std::vector<double> sums;
  ReferenceCount count;
};

void check_counts(const BleuScore& score, const Json& golden) {
  CHECK(score.score == golden["score"].get<double>());
  CHECK(score.counts == golden["counts"].get<std::vector<double>>());
  CHECK(score.totals == golden["totals"].get<std::vector<double>>());
  CHECK(score.brevity_penalty == golden["bp"].get<double>());
  CHECK(score.hypothesis_length == golden["hyp_len"].get<std::int64_t>());
  CHECK(score.reference_length == golden["ref_len"].get<std::int64_t>());
}

void check_corpus(const Corpus& corpus, const Json& golden) {
  const BleuScore score = corpus.bleu.detailed_score(corpus.sums);
  check_counts(score, golden);
  const auto fields = corpus.fields();
  CHECK(long_signature(fields) == golden["signature"].get<std::string>());
  CHECK(short_signature(fields) == golden["short_signature"].get<std::string>());
  CHECK(fmt::format("BLEU|{} = {:.2f} {}", long_signature(fields), corpus.bleu.score(corpus.sums),
                    corpus.bleu.details(corpus.sums)) == golden["line"].get<std::string>());
}

/// The sums of whole counts stay exact as float32 here, so a resample of every segment once scores the same.
void check_resampled(const Corpus& corpus) {
  const std::vector<float> sums(corpus.sums.begin(), corpus.sums.end());
  CHECK(corpus.bleu.resampled_score(sums) == corpus.bleu.score(corpus.sums));
}

References strings(const Json& list) {
  References result;
  for (const Json& text : list)
    if (!text.is_null()) result.push_back(text.get_ref<const std::string&>());
  return result;
}

}  // namespace

TEST_CASE("BLEU of a corpus is sacreBLEU's") {
  REQUIRE_SHARED("golden/metrics/corpus.json");
  const Json golden = test::golden_metrics("corpus.json");
  std::map<std::string, GoldenSet> sets;
  std::size_t cases = 0;
  for (const Json& entry : golden["cases"]) {
    if (entry["metric"] != "bleu") continue;
    const std::string id = entry["id"];
    INFO(id << " " << entry["options"].dump());
    if (!sets.contains(id)) sets[id] = test::golden_set(golden["sets"][id]);
    const GoldenSet& set = sets[id];
    REQUIRE(set.hypotheses.lines.size() == golden["sets"][id]["segments"].get<std::size_t>());
    Corpus corpus(entry["options"]);
    for (std::size_t i = 0; i < set.hypotheses.lines.size(); ++i)
      corpus.add(set.hypotheses.lines[i], set.references_of(i));
    check_corpus(corpus, entry);
    check_resampled(corpus);
    CHECK(corpus.bleu.detailed_score(corpus.sums).precisions ==
          entry["precisions"].get<std::vector<double>>());
    ++cases;
  }
  CHECK(cases > 200);
}

TEST_CASE("BLEU of a sentence is sacreBLEU's") {
  REQUIRE_SHARED("golden/metrics/sentences.json");
  const Json golden = test::golden_metrics("sentences.json");
  std::size_t sentences = 0;
  for (const Json& entry : golden["sets"]) {
    const GoldenSet set = test::golden_set(entry);
    for (const auto& [name, values] : entry["values"].items()) {
      const Json& configuration = golden["configurations"][name];
      if (configuration["metric"] != "bleu") continue;
      Bleu bleu(bleu_options(configuration["options"]));
      for (std::size_t i = 0; i < values.size(); ++i, ++sentences) {
        INFO(entry["id"] << " " << name << ", segment " << i);
        CHECK(bleu.score(bleu.segment(set.hypotheses.lines[i], set.references_of(i))) ==
              values[i].get<double>());
      }
    }
  }
  CHECK(sentences > 3000);
}

TEST_CASE("BLEU of awkward pairs is sacreBLEU's") {
  REQUIRE_SHARED("golden/metrics/edge_pairs.json");
  const Json golden = test::golden_metrics("edge_pairs.json");
  for (const auto& [name, configuration] : golden["configurations"].items()) {
    if (configuration["metric"] != "bleu") continue;
    Bleu bleu(bleu_options(configuration["options"]));
    for (const Json& entry : golden["cases"]) {
      INFO(name << " " << entry["hypothesis"].dump().substr(0, 200) << " | "
                << entry["references"].dump().substr(0, 200));
      const auto segment =
          bleu.segment(entry["hypothesis"].get_ref<const std::string&>(), strings(entry["references"]));
      const Json& values = entry[name];
      check_counts(bleu.detailed_score(segment), {{"score", values[0]},
                                                  {"counts", values[1]},
                                                  {"totals", values[2]},
                                                  {"hyp_len", values[3]},
                                                  {"ref_len", values[4]},
                                                  {"bp", values[5]}});
    }
  }
  for (const Json& entry : golden["as_one_corpus"]) {
    if (entry["metric"] != "bleu") continue;
    INFO(entry["configuration"] << ", " << entry["references"]);
    Corpus corpus(entry["options"]);
    for (const Json& pair : golden["cases"]) {
      References references = strings(pair["references"]);
      if (entry["references"] == "first reference only") references.resize(1);
      corpus.add(pair["hypothesis"].get_ref<const std::string&>(), references);
    }
    check_corpus(corpus, entry);
  }
}

namespace {

/// Tokens as the golden file has them: joined by blanks.
std::string joined(std::span<const std::string_view> tokens) {
  return fmt::format("{}", fmt::join(tokens, " "));
}

}  // namespace

TEST_CASE("lines are split as sacreBLEU's tokenisers split them") {
  REQUIRE_SHARED("golden/metrics/tokenize.json");
  const Json golden = test::golden_metrics("tokenize.json");
  for (const std::string name : {"13a", "intl", "zh", "char", "none"}) {
    const auto tokenizer = make_bleu_tokenizer(name, {});
    for (const Json& entry : golden["cases"]) {
      INFO(name << " " << entry["text"].dump().substr(0, 300));
      const auto& text = entry["text"].get_ref<const std::string&>();
      const std::string expected = joined(split_words(entry[name].get_ref<const std::string&>()));
      CHECK(joined(tokenizer->tokens(text)) == expected);
    }
    for (const Json& entry : golden["file_hashes"]) {
      INFO(name << " " << entry["file"]);
      std::string output;
      const test::GoldenText text = test::golden_text(entry["file"]);
      REQUIRE(text.lines.size() == entry["lines"].get<std::size_t>());
      for (const std::string_view line : text.lines) output += joined(tokenizer->tokens(line)) + "\n";
      CHECK(sha256(output) == entry[name].get<std::string>());
    }
  }
}

TEST_CASE("text is lower-cased and split into words as Python does") {
  REQUIRE_SHARED("golden/metrics/tokenize.json");
  const Json golden = test::golden_metrics("tokenize.json");
  for (const Json& entry : golden["cases"]) {
    INFO(entry["text"].dump().substr(0, 300));
    const auto& text = entry["text"].get_ref<const std::string&>();
    CHECK(lower(text) == entry["lower"].get<std::string>());
    const auto words = split_words(text);
    CHECK(std::vector<std::string>(words.begin(), words.end()) ==
          entry["words"].get<std::vector<std::string>>());
  }
  const auto tokenizer = make_bleu_tokenizer("intl", {});
  for (const Json& entry : golden["file_hashes"]) {
    INFO(entry["file"]);
    const test::GoldenText text = test::golden_text(entry["file"]);
    std::string output;
    for (const std::string_view line : text.lines) output += joined(tokenizer->tokens(lower(line))) + "\n";
    CHECK(sha256(output) == entry["intl_lower"].get<std::string>());
  }
}
