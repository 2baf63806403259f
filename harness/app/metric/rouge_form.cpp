#include "harness/app/metric/rouge_form.hpp"

#include <fmt/ranges.h>

#include "harness/app/command.hpp"
#include "harness/app/metric/score_format.hpp"
#include "harness/app/metric/segment_reader.hpp"
#include "harness/base/error.hpp"
#include "harness/base/json.hpp"
#include "harness/text/rouge/rouge155.hpp"
#include "harness/text/rouge/rouge_aggregation.hpp"

namespace iiet {
namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr std::size_t kBlock = 1 << 16;  // bytes printed at once
constexpr long kDecimals = 4;

OrderedJson json_of(const RougeScore& score) {
  return {{"precision", score.precision}, {"recall", score.recall}, {"fmeasure", score.fmeasure}};
}

std::string text_of(const RougeScore& score) {
  return fmt::format("precision {} recall {} fmeasure {}", decimals(score.precision, kDecimals),
                     decimals(score.recall, kDecimals), decimals(score.fmeasure, kDecimals));
}

RougeStemming stemming(const LongOptions& options) {
  return options.use_stemmer ? RougeStemming::kPorter : RougeStemming::kNone;
}

/// Lines printed in blocks: every print is flushed.
class Lines {
 public:
  void add(const std::string& line) {
    text_ += line + "\n";
    if (text_.size() >= kBlock) flush();
  }
  void flush() { print(std::exchange(text_, "")); }

 private:
  std::string text_;
};

/// One document: `{"rouge1": {"precision", …}, …}`, or `rouge1 precision …` and so on, tabs between.
std::string document_line(std::span<const std::string> names, std::span<const RougeScore> scores,
                          const LongOptions& options) {
  if (options.json) {
    OrderedJson object;
    for (std::size_t i = 0; i < names.size(); ++i) object[names[i]] = json_of(scores[i]);
    return object.dump();
  }
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < names.size(); ++i) parts.push_back(names[i] + " " + text_of(scores[i]));
  return fmt::format("{}", fmt::join(parts, "\t"));
}

/// What is known of all documents: sums, and the scores themselves where they are resampled.
struct RougeTotals {
  std::vector<RougeSum> sums;
  std::vector<std::vector<RougeScore>> scores;
};

std::vector<RougeInterval> intervals(const RougeTotals& totals, const LongOptions& options) {
  const SignificanceOptions& significance = options.common.significance;
  const SeedWords seed = seed_words(significance.seed, "--seed");
  require(seed.size() == 1, "--seed: expected a number below 2^32, got {}", significance.seed);
  return rouge_intervals(
      totals.scores,
      {seed.front(), static_cast<std::size_t>(significance.confidence_samples), options.confidence_level});
}

void print_totals(const RougeTotals& totals, const LongOptions& options) {
  const std::vector<std::string>& names = options.common.names;
  std::vector<RougeInterval> limits;
  if (options.common.significance.confidence) limits = intervals(totals, options);
  OrderedJson list = OrderedJson::array();
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const RougeScore mean = totals.sums[i].mean();
    OrderedJson object{{"name", names[i]}, {"documents", totals.sums[i].documents()}};
    object.update(json_of(mean));
    text += fmt::format("{:<9} {}", names[i], text_of(mean));
    if (!limits.empty()) {
      object["low"] = json_of(limits[i].low);
      object["mid"] = json_of(limits[i].mid);
      object["high"] = json_of(limits[i].high);
      text += fmt::format(" (fmeasure: low {} mid {} high {})", decimals(limits[i].low.fmeasure, kDecimals),
                          decimals(limits[i].mid.fmeasure, kDecimals),
                          decimals(limits[i].high.fmeasure, kDecimals));
    }
    text += "\n";
    list.push_back(std::move(object));
  }
  print(options.json ? list.dump(1) + "\n" : text);
}

void require_one_system(const LongOptions& options) {
  const std::size_t systems = options.common.input.hypotheses->size();
  require(systems == 1, "{}: one system at a time, got {}", options.common.names.front(), systems);
  require(options.common.significance.paired == SignificanceTest::none,
          "{}: paired tests are there for bleu, chrf and ter", options.common.names.front());
}

Rouge155Options rouge155_options(const LongOptions& options) {
  Rouge155Options o;
  o.max_order = static_cast<std::size_t>(options.max_ngram_order.value_or(2));
  o.stemming = stemming(options);
  o.targets = options.multi_reference == "best" ? Rouge155Options::Targets::kBest
                                                : Rouge155Options::Targets::kAverage;
  o.format = options.input_format == "spl" ? Rouge155Options::Format::kSpl : Rouge155Options::Format::kSee;
  o.samples = static_cast<std::size_t>(options.common.significance.confidence_samples);
  o.confidence_percent = 100 * options.confidence_level;
  return o;
}

std::string json_text(std::span<const Rouge155Result> results) {
  const auto values = [](const Rouge155Average& average) {
    return OrderedJson{average.mean, average.low, average.high};
  };
  OrderedJson list = OrderedJson::array();
  for (const Rouge155Result& result : results)
    list.push_back({{"name", result.name},
                    {"recall", values(result.recall)},
                    {"precision", values(result.precision)},
                    {"fmeasure", values(result.fmeasure)}});
  return list.dump(1) + "\n";
}

}  // namespace

int run_rouge(const LongOptions& options) {
  require_one_system(options);
  std::vector<RougeType> types;
  for (const std::string& name : options.common.names) types.push_back(rouge_type(name));
  RougeScorer scorer(types, stemming(options));
  const auto segments = open_segments(options.common.input);
  RougeTotals totals{std::vector<RougeSum>(types.size()), {}};
  const bool keep = options.common.significance.confidence;
  totals.scores.resize(keep ? types.size() : 0);
  Lines lines;
  bool any = false;
  while (segments->next()) {
    if (stop_requested()) throw Interrupted();
    any = true;
    const auto scores = scorer.score_multi(segments->references(), segments->hypotheses().front());
    if (options.common.output.sentence_level) {
      lines.add(document_line(options.common.names, scores, options));
      continue;
    }
    for (std::size_t i = 0; i < scores.size(); ++i) {
      totals.sums[i].add(scores[i]);
      if (keep) totals.scores[i].push_back(scores[i]);
    }
  }
  require(any, "{}: no documents", options.common.input.hypotheses->front());
  if (options.common.output.sentence_level)
    lines.flush();
  else
    print_totals(totals, options);
  return kDone;
}

int run_rouge155(const LongOptions& options) {
  require_one_system(options);
  Rouge155 rouge(rouge155_options(options));
  const auto segments = open_segments(options.common.input);
  Lines lines;
  bool any = false;
  while (segments->next()) {
    if (stop_requested()) throw Interrupted();
    any = true;
    const auto scores = rouge.add(segments->references(), segments->hypotheses().front());
    if (options.common.output.sentence_level) lines.add(document_line(rouge.names(), scores, options));
  }
  require(any, "{}: no documents", options.common.input.hypotheses->front());
  if (options.common.output.sentence_level) {
    lines.flush();
    return kDone;
  }
  const auto results = rouge.averages();
  print(options.json ? json_text(results) : rouge.lines(results));
  return kDone;
}

}  // namespace iiet
