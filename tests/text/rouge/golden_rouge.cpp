// What rouge_score 0.1.2 and ROUGE-1.5.5.pl gave for real and for awkward summaries.

#include <map>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "harness/base/files.hpp"
#include "harness/text/rouge/rouge.hpp"
#include "harness/text/rouge/rouge155.hpp"
#include "harness/text/rouge/rouge_aggregation.hpp"
#include "tests/support/golden_texts.hpp"
#include "tests/support/shared.hpp"

using namespace iiet;

namespace {

using Strings = std::vector<std::string>;

struct Summary {
  Strings references;
  std::string prediction;

  std::vector<std::string_view> targets() const { return {references.begin(), references.end()}; }
};

Json golden(const std::string& name) { return read_json(test::shared_folder() / "golden/metrics" / name); }

/// What a "system" wrote for each document of a set.
std::vector<Summary> summaries(const std::string& set, const std::string& system) {
  std::vector<Summary> result;
  for_each_json_line(
      test::shared_folder() / "golden/metrics/texts" / ("summaries." + set + ".jsonl"),
      [&](const Json& line, std::size_t) {
        result.push_back({line.at("references").get<Strings>(), line.at(system).get<std::string>()});
      });
  return result;
}

RougeScore score_from(const Json& triple) { return {triple.at(0), triple.at(1), triple.at(2)}; }

RougeStemming stemming_of(const Json& entry) {
  return entry.at("stem").get<bool>() ? RougeStemming::kPorter : RougeStemming::kNone;
}

RougeScorer scorer_of(const Strings& names, RougeStemming stemming) {
  std::vector<RougeType> types;
  for (const std::string& name : names) types.push_back(rouge_type(name));
  return {types, stemming};
}

const Strings kTypes{"rouge1", "rouge2", "rouge3", "rougeL", "rougeLsum"};

void check_scores(const RougeScorer& scorer, const std::vector<RougeScore>& scores, const Json& expected) {
  for (std::size_t i = 0; i < scores.size(); ++i) {
    INFO(to_string(scorer.types()[i]));
    CHECK(scores[i] == score_from(expected.at(to_string(scorer.types()[i]))));
  }
}

/// Sorted by type: the scores of all documents.
std::vector<std::vector<RougeScore>> columns(RougeScorer& scorer, std::span<const Summary> documents,
                                             std::size_t targets) {
  std::vector<std::vector<RougeScore>> scores(scorer.types().size());
  for (const Summary& document : documents) {
    auto references = document.targets();
    references.resize(std::min(references.size(), targets));
    const auto of_document = scorer.score_multi(references, document.prediction);
    for (std::size_t i = 0; i < scores.size(); ++i) scores[i].push_back(of_document[i]);
  }
  return scores;
}

/// A file of translations, four lines a document.
Strings groups_of_four(const std::string& name) {
  const std::string text = test::golden_content("shared/data/wmt17_en_de/" + name);
  Strings groups;
  const auto lines = lines_of(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i % 4 == 0)
      groups.emplace_back(lines[i]);
    else
      groups.back().append("\n").append(lines[i]);
  }
  return groups;
}

std::vector<Summary> translations() {
  const Strings references = groups_of_four("reference.de.gz"),
                predictions = groups_of_four("system_00.de.gz");
  std::vector<Summary> result;
  for (std::size_t i = 0; i < references.size(); ++i) result.push_back({{references[i]}, predictions[i]});
  return result;
}

/// To 1e-12 relative, as NumPy's sums allow.
void check_near(const RougeScore& score, const Json& expected) {
  CHECK(score.precision == Approx(expected.at(0).get<double>()).epsilon(1e-12));
  CHECK(score.recall == Approx(expected.at(1).get<double>()).epsilon(1e-12));
  CHECK(score.fmeasure == Approx(expected.at(2).get<double>()).epsilon(1e-12));
}

void check_aggregate(const Json& entry, std::span<const Summary> documents) {
  const Strings names = entry.contains("types") ? entry.at("types").get<Strings>() : [&] {
    Strings all;
    for (const auto& [name, value] : entry.at("low_mid_high").items()) all.push_back(name);
    return all;
  }();
  RougeScorer scorer = scorer_of(names, stemming_of(entry));
  const auto scores = columns(scorer, documents, entry.at("references") == "score_multi" ? 1000 : 1);
  const auto intervals = rouge_intervals(scores, {.seed = entry.at("seed"),
                                                  .samples = entry.value("n_samples", std::size_t{1000}),
                                                  .confidence = entry.value("confidence", 0.95)});
  for (std::size_t i = 0; i < names.size(); ++i) {
    INFO(names[i]);
    const Json& expected = entry.at("low_mid_high").at(names[i]);
    check_near(intervals[i].low, expected.at(0));
    check_near(intervals[i].mid, expected.at(1));
    check_near(intervals[i].high, expected.at(2));
    if (!entry.contains("sequential_sum")) continue;
    RougeSum sum;
    for (const RougeScore& score : scores[i]) sum.add(score);
    const RougeScore total = score_from(entry.at("sequential_sum").at(names[i]));
    const auto n = static_cast<double>(documents.size());
    CHECK(sum.mean() == RougeScore{total.precision / n, total.recall / n, total.fmeasure / n});
  }
}

/// [mean, low, high] or [R, P, F]: three numbers of five decimals.
void check_triple(double first, double second, double third, const Json& expected) {
  CHECK(first == expected.at(0).get<double>());
  CHECK(second == expected.at(1).get<double>());
  CHECK(third == expected.at(2).get<double>());
}

/// The options that the golden calls use.
Rouge155Options options_of(const Json& entry) {
  Rouge155Options options;
  std::istringstream words(entry.at("options").get<std::string>());
  for (std::string word; words >> word;) {
    if (word == "-m") options.stemming = RougeStemming::kPorter;
    if (word == "-n") words >> options.max_order;
    if (word == "-r") words >> options.samples;
    if (word == "-c") words >> options.confidence_percent;
    if (word == "-f" && words >> word && word == "B") options.targets = Rouge155Options::Targets::kBest;
  }
  if (entry.at("format") == "SPL") options.format = Rouge155Options::Format::kSpl;
  return options;
}

void check_rouge155(const Json& entry, std::span<const Summary> documents) {
  Rouge155 rouge(options_of(entry));
  REQUIRE(entry.at("average").size() == rouge.names().size());
  for (std::size_t document = 0; document < documents.size(); ++document) {
    const auto scores = rouge.add(documents[document].targets(), documents[document].prediction);
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const Json& expected = entry.at("per_document").at(rouge.names()[i]);
      if (document >= expected.size()) continue;
      INFO(rouge.names()[i] << " of document " << document);
      check_triple(scores[i].recall, scores[i].precision, scores[i].fmeasure, expected.at(document));
    }
  }
  for (const Rouge155Result& result : rouge.averages()) {
    INFO(result.name);
    const Json& expected = entry.at("average").at(result.name);
    check_triple(result.recall.mean, result.recall.low, result.recall.high, expected.at("R"));
    check_triple(result.precision.mean, result.precision.low, result.precision.high, expected.at("P"));
    check_triple(result.fmeasure.mean, result.fmeasure.low, result.fmeasure.high, expected.at("F"));
  }
}

std::vector<Summary> pairs(const Json& list) {
  std::vector<Summary> result;
  for (const Json& pair : list) result.push_back({pair.at("targets").get<Strings>(), pair.at("prediction")});
  return result;
}

}  // namespace

TEST_CASE("ROUGE's tokens are rouge_score's") {
  REQUIRE_SHARED("golden/metrics/tokenize.json");
  RougeTokenizer plain(rouge_score_dialect(RougeStemming::kNone)),
      stemmed(rouge_score_dialect(RougeStemming::kPorter));
  for (const Json& entry : golden("tokenize.json").at("cases")) {
    const auto text = entry.at("text").get<std::string>();
    INFO(text);
    CHECK(plain.words(text) == entry.at("rouge").get<Strings>());
    CHECK(stemmed.words(text) == entry.at("rouge_stem").get<Strings>());
  }
}

TEST_CASE("ROUGE of documents is rouge_score's to the last bit") {
  REQUIRE_SHARED("golden/metrics/rouge.json");
  const Json file = golden("rouge.json");
  for (const char* part : {"documents", "multi"})
    for (const Json& entry : file.at(part)) {
      INFO(part << ' ' << entry.at("set") << ' ' << entry.at("system") << ' ' << entry.at("doc"));
      static std::map<std::string, std::vector<Summary>> sets;
      const auto set = entry.at("set").get<std::string>(), system = entry.at("system").get<std::string>();
      auto& documents = sets[set + '/' + system];
      if (documents.empty()) documents = summaries(set, system);
      const Summary& document = documents.at(entry.at("doc"));
      RougeScorer scorer = scorer_of(kTypes, stemming_of(entry));
      if (std::string_view(part) == "multi")
        check_scores(scorer, scorer.score_multi(document.targets(), document.prediction), entry);
      else
        check_scores(scorer, scorer.score(document.references.front(), document.prediction), entry);
    }
}

TEST_CASE("ROUGE of awkward pairs is rouge_score's to the last bit") {
  REQUIRE_SHARED("golden/metrics/rouge.json");
  const Json file = golden("rouge.json");
  std::size_t compared = 0;
  for (const auto& [part, stemming] :
       {std::pair{"plain", RougeStemming::kNone}, std::pair{"stem", RougeStemming::kPorter}})
    for (const Json& entry : file.at("edge")) {
      INFO(part << ' ' << entry.at("prediction"));
      Strings names;
      for (const auto& [name, value] : entry.at(part).items()) names.push_back(name);
      RougeScorer scorer = scorer_of(names, stemming);
      const Summary summary{entry.at("targets").get<Strings>(), entry.at("prediction")};
      check_scores(scorer, scorer.score_multi(summary.targets(), summary.prediction), entry.at(part));
      ++compared;
    }
  CHECK(compared == 246);
}

TEST_CASE("means and resampled limits of ROUGE are rouge_score's") {
  REQUIRE_SHARED("golden/metrics/rouge.json");
  REQUIRE_SHARED("data/wmt17_en_de");
  const Json file = golden("rouge.json");
  std::size_t compared = 0;
  for (const Json& entry : file.at("aggregates")) {
    INFO(entry.at("set") << ' ' << entry.at("seed") << ' ' << entry.at("references"));
    const auto documents =
        entry.contains("system") ? summaries(entry.at("set"), entry.at("system")) : translations();
    const auto count = entry.at("documents").get<std::size_t>();
    REQUIRE(documents.size() >= count);
    check_aggregate(entry, std::span(documents).first(count));
    ++compared;
  }
  CHECK(compared == 30);
}

TEST_CASE("ROUGE-1.5.5 of documents and averages is the program's to its five decimals") {
  REQUIRE_SHARED("golden/metrics/rouge155.json");
  const Json file = golden("rouge155.json");
  std::size_t compared = 0;
  for (const Json& entry : file.at("cases")) {
    INFO(entry.at("set") << ' ' << entry.at("system") << ' ' << entry.at("options") << ' '
                         << entry.at("format"));
    const auto documents = summaries(entry.at("set"), entry.at("system"));
    check_rouge155(entry, std::span(documents).first(entry.at("documents")));
    ++compared;
  }
  CHECK(compared == 18);
}

TEST_CASE("ROUGE-1.5.5 of awkward pairs is the program's") {
  REQUIRE_SHARED("golden/metrics/rouge155.json");
  const Json file = golden("rouge155.json");
  const auto documents = pairs(file.at("edge_pairs"));
  for (const Json& entry : file.at("edge")) {
    INFO(entry.at("options"));
    check_rouge155(entry, documents);
  }
}
