#include "harness/app/metric/long_form.hpp"

#include <algorithm>

#include "harness/app/command.hpp"
#include "harness/app/metric/long_options.hpp"
#include "harness/app/metric/metric_kind.hpp"
#include "harness/app/metric/rouge_form.hpp"
#include "harness/app/metric/sacrebleu_form.hpp"
#include "harness/app/metric/tokenised_form.hpp"
#include "harness/base/error.hpp"
#include "harness/base/json.hpp"

namespace iiet {
namespace {

/// `{"bleu": 12.3, "chrf": …}`, a line a segment.
void print_sentence_json(SegmentReader& segments, const std::vector<std::string>& names,
                         const CorpusMetrics& metrics) {
  while (segments.next()) {
    nlohmann::ordered_json scores;
    for (std::size_t m = 0; m < metrics.size(); ++m)
      scores[names[m]] =
          metrics[m]->score(metrics[m]->segment(segments.hypotheses().front(), segments.references()));
    print(scores.dump() + "\n");
    if (stop_requested()) throw Interrupted();
  }
}

int run_corpus(const LongOptions& options) {
  const MetricOptions& common = options.common;
  const SignificanceOptions& significance = common.significance;
  const std::size_t systems = common.input.hypotheses->size();
  const bool sentences = common.output.sentence_level;
  require(systems == 1 || (!sentences && !significance.confidence),
          "--sentence-level and --confidence are of one system, got {}; --paired-bs compares several",
          systems);
  require(systems > 1 || significance.paired == SignificanceTest::none,
          "--paired-bs and --paired-ar compare several systems, got one");
  require(!sentences || !significance.confidence,
          "--sentence-level: there are no intervals of single sentences");
  std::vector<std::string> names = common.names;
  if (!sentences && significance.paired == SignificanceTest::none) std::sort(names.begin(), names.end());
  const CorpusMetrics metrics = make_corpus_metrics(names, common);
  const auto segments = open_segments(common.input);
  if (!sentences)
    print_corpus(*segments, metrics, common);
  else if (options.json)
    print_sentence_json(*segments, names, metrics);
  else
    print_sentences(*segments, metrics, common.output, PrintLines::as_they_come);
  return kDone;
}

int run(const LongOptions& options) {
  switch (kind_of(options.common.names)) {
    case MetricKind::corpus:
      return run_corpus(options);
    case MetricKind::rouge:
      return run_rouge(options);
    case MetricKind::rouge155:
      return run_rouge155(options);
    case MetricKind::tokenised:
      return run_tokenised_bleu(options);
  }
  return kFailed;
}

}  // namespace

int run_long_form(std::span<const std::string> arguments) {
  const LongOptions options = parse_long_form(arguments);
  try {
    return run(options);
  } catch (const SacrebleuError& error) {
    throw InputError(error.what());
  }
}

std::string long_form_help() {
  LongOptions options;
  return ArgumentTable(long_form_flags(options), store(options.common.names)).help();
}

}  // namespace iiet
