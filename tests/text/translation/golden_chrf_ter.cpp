// chrF and TER against what sacreBLEU returned: equal to the last bit.

#include <map>
#include <memory>

#include <fmt/ranges.h>

#include "harness/base/files.hpp"
#include "harness/text/translation/chrf.hpp"
#include "harness/text/translation/signature.hpp"
#include "harness/text/translation/ter.hpp"
#include "tests/support/golden_texts.hpp"
#include "tests/support/shared.hpp"

using namespace iiet;
using iiet::test::GoldenSet;

namespace {

using References = std::vector<std::string_view>;

ChrfOptions chrf_options(const Json& golden) {
  ChrfOptions options;
  for (const auto& [name, value] : golden.items()) {
    if (name == "char_order")
      options.char_order = value;
    else if (name == "word_order")
      options.word_order = value;
    else if (name == "beta")
      options.beta = value;
    else if (name == "lowercase")
      options.lowercase = value;
    else if (name == "whitespace")
      options.whitespace = value;
    else if (name == "eps_smoothing")
      options.eps_smoothing = value;
    else
      FAIL("an option that this test does not know: " << name);
  }
  return options;
}

TercomOptions ter_options(const Json& golden) {
  TercomOptions options;
  for (const auto& [name, value] : golden.items()) {
    if (name == "normalized")
      options.normalized = value;
    else if (name == "no_punct")
      options.no_punct = value;
    else if (name == "asian_support")
      options.asian_support = value;
    else if (name == "case_sensitive")
      options.case_sensitive = value;
    else
      FAIL("an option that this test does not know: " << name);
  }
  return options;
}

/// chrF or TER as a golden entry has it; nothing for other metrics.
std::unique_ptr<CorpusMetric> metric_of(const Json& entry) {
  if (entry["metric"] == "chrf") return std::make_unique<Chrf>(chrf_options(entry["options"]));
  if (entry["metric"] == "ter") return std::make_unique<Ter>(ter_options(entry["options"]));
  return nullptr;
}

/// The corpus so far: sums and numbers of references.
struct Corpus {
  explicit Corpus(CorpusMetric& of) : metric(of), sums(of.width()) {}

  void add(std::string_view hypothesis, const References& references) {
    const auto segment = metric.segment(hypothesis, references);
    REQUIRE(segment.size() == sums.size());
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += segment[i];
    count.add(references.size());
  }

  CorpusMetric& metric;
  std::vector<double> sums;
  ReferenceCount count;
};

void check_corpus(const Corpus& corpus, const Json& golden) {
  const double score = corpus.metric.score(corpus.sums);
  CHECK(score == golden["score"].get<double>());
  if (golden.contains("edits")) {
    CHECK(corpus.sums[0] == golden["edits"].get<double>());
    CHECK(corpus.sums[1] == golden["ref_len"].get<double>());
  }
  CommonSignature common;
  common.references = corpus.count.text();
  const auto fields = signature_fields(common, corpus.metric.signature());
  CHECK(short_signature(fields) == golden["short_signature"].get<std::string>());
  CHECK(fmt::format("{}|{} = {:.2f}", corpus.metric.name(), long_signature(fields), score) ==
        golden["line"].get<std::string>());
}

References strings(const Json& list) {
  References result;
  for (const Json& text : list)
    if (!text.is_null()) result.push_back(text.get_ref<const std::string&>());
  return result;
}

/// A TER triple [score, edits, mean reference length], or the score alone.
void check_segment(const CorpusMetric& metric, const std::vector<double>& segment, const Json& golden) {
  if (golden.is_array()) {
    CHECK(metric.score(segment) == golden[0].get<double>());
    CHECK(segment[0] == golden[1].get<double>());
    CHECK(segment[1] == golden[2].get<double>());
  } else {
    CHECK(metric.score(segment) == golden.get<double>());
  }
}

}  // namespace

TEST_CASE("chrF and TER of a corpus are sacreBLEU's") {
  REQUIRE_SHARED("golden/metrics/corpus.json");
  const Json golden = test::golden_metrics("corpus.json");
  std::map<std::string, GoldenSet> sets;
  std::size_t cases = 0;
  for (const Json& entry : golden["cases"]) {
    const auto metric = metric_of(entry);
    if (!metric) continue;
    const std::string id = entry["id"];
    INFO(id << " " << entry["metric"] << " " << entry["options"].dump());
    if (!sets.contains(id)) sets[id] = test::golden_set(golden["sets"][id]);
    const GoldenSet& set = sets[id];
    Corpus corpus(*metric);
    for (std::size_t i = 0; i < set.hypotheses.lines.size(); ++i)
      corpus.add(set.hypotheses.lines[i], set.references_of(i));
    check_corpus(corpus, entry);
    ++cases;
  }
  CHECK(cases > 200);
}

TEST_CASE("chrF and TER of a sentence are sacreBLEU's") {
  REQUIRE_SHARED("golden/metrics/sentences.json");
  const Json golden = test::golden_metrics("sentences.json");
  std::size_t sentences = 0;
  for (const Json& entry : golden["sets"]) {
    const GoldenSet set = test::golden_set(entry);
    for (const auto& [name, values] : entry["values"].items()) {
      const auto metric = metric_of(golden["configurations"][name]);
      if (!metric) continue;
      for (std::size_t i = 0; i < values.size(); ++i, ++sentences) {
        INFO(entry["id"] << " " << name << ", segment " << i);
        check_segment(*metric, metric->segment(set.hypotheses.lines[i], set.references_of(i)), values[i]);
      }
    }
  }
  CHECK(sentences > 3000);
}

TEST_CASE("chrF and TER of awkward pairs are sacreBLEU's") {
  REQUIRE_SHARED("golden/metrics/edge_pairs.json");
  const Json golden = test::golden_metrics("edge_pairs.json");
  for (const auto& [name, configuration] : golden["configurations"].items()) {
    const auto metric = metric_of(configuration);
    if (!metric) continue;
    for (const Json& entry : golden["cases"]) {
      INFO(name << " " << entry["hypothesis"].dump().substr(0, 200) << " | "
                << entry["references"].dump().substr(0, 200));
      check_segment(
          *metric,
          metric->segment(entry["hypothesis"].get_ref<const std::string&>(), strings(entry["references"])),
          entry[name]);
    }
  }
  for (const Json& entry : golden["as_one_corpus"]) {
    const auto metric = metric_of(entry);
    if (!metric) continue;
    INFO(entry["configuration"] << ", " << entry["references"]);
    Corpus corpus(*metric);
    for (const Json& pair : golden["cases"]) {
      References references = strings(pair["references"]);
      if (entry["references"] == "first reference only") references.resize(1);
      corpus.add(pair["hypothesis"].get_ref<const std::string&>(), references);
    }
    check_corpus(corpus, entry);
  }
}

TEST_CASE("lines are split as tercom and chrF++ split them") {
  REQUIRE_SHARED("golden/metrics/tokenize.json");
  const Json golden = test::golden_metrics("tokenize.json");
  for (const auto& [name, options] : golden["ter_options"].items()) {
    const TercomOptions tercom = ter_options(options);
    for (const Json& entry : golden["cases"]) {
      INFO(name << " " << entry["text"].dump().substr(0, 300));
      CHECK(tercom_tokenized(entry["text"].get_ref<const std::string&>(), tercom) ==
            entry[name].get<std::string>());
    }
    for (const Json& entry : golden["file_hashes"]) {
      INFO(name << " " << entry["file"]);
      std::string output;
      const test::GoldenText text = test::golden_text(entry["file"]);
      for (const std::string_view line : text.lines) output += tercom_tokenized(line, tercom) + "\n";
      CHECK(sha256(output) == entry[name].get<std::string>());
    }
  }
  for (const Json& entry : golden["cases"]) {
    INFO(entry["text"].dump().substr(0, 300));
    const auto words = chrf_words(entry["text"].get_ref<const std::string&>());
    CHECK(std::vector<std::string>(words.begin(), words.end()) ==
          entry["chrf_words"].get<std::vector<std::string>>());
  }
  for (const Json& entry : golden["file_hashes"]) {
    INFO(entry["file"]);
    std::string output;
    const test::GoldenText text = test::golden_text(entry["file"]);
    for (const std::string_view line : text.lines)
      output += fmt::format("{}\n", fmt::join(chrf_words(line), " "));
    CHECK(sha256(output) == entry["chrf_words"].get<std::string>());
  }
}

TEST_CASE("moving a block of words is one edit, within tercom's limits") {
  const auto edits = [](std::string_view hypothesis, std::string_view reference) {
    Ter ter({});
    const std::vector<std::string_view> references{reference};
    return ter.segment(hypothesis, references);
  };
  const auto numbers = [](int from, int to, int shift, int modulus) {
    std::string text;
    for (int i = from; i < to; ++i) text += fmt::format("{} ", (i + shift) % modulus);
    return text;
  };
  using Expected = std::vector<double>;
  CHECK(edits("d e f g h a b c", "a b c d e f g h") == Expected{1, 8});
  CHECK(edits("c b a", "a b c") == Expected{2, 3});
  CHECK(edits("a b c a b c", "c b a c b a") == Expected{3, 6});
  CHECK(edits("a x b y c z d", "d c b a x y z") == Expected{3, 7});
  CHECK(edits("the cat sat on the mat", "on the mat the cat sat") == Expected{1, 6});
  // Fifteen words are longer than a block may be, and sixty are farther than one may go.
  CHECK(edits(numbers(0, 30, 0, 30), numbers(0, 30, 15, 30)) == Expected{30, 30});
  CHECK(edits(numbers(0, 120, 0, 120), numbers(0, 120, 60, 120)) == Expected{120, 120});
  std::string many;
  for (int i = 0; i < 100; ++i) many += "a b ";
  CHECK(edits("a a a", many) == Expected{197, 200});
  CHECK(edits(many, "a a a") == Expected{197, 3});
}
