#include "harness/app/metric/long_form.hpp"

#include <algorithm>

#include "harness/app/command.hpp"
#include "harness/app/metric/long_options.hpp"
#include "harness/app/metric/rouge_form.hpp"
#include "harness/app/metric/sacrebleu_form.hpp"
#include "harness/app/metric/tokenised_form.hpp"
#include "harness/base/error.hpp"
#include "harness/base/json.hpp"
#include "harness/text/rouge.hpp"

namespace iiet {
namespace {

const std::vector<std::string> kCorpusNames{"bleu", "chrf", "ter"};

/// Metrics that are computed together.
enum class Kind { corpus, rouge, rouge155, tokenised };

bool has(std::span<const std::string> names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Kind kind_of(const std::string& name) {
  if (has(kCorpusNames, name)) return Kind::corpus;
  if (has(rouge_type_names(), name)) return Kind::rouge;
  if (name == "rouge155") return Kind::rouge155;
  if (name == "tokenised-bleu") return Kind::tokenised;
  std::vector<std::string> known = kCorpusNames;
  known.insert(known.end(), rouge_type_names().begin(), rouge_type_names().end());
  known.insert(known.end(), {"rouge155", "tokenised-bleu"});
  throw InputError(unknown_name("metric", name, known));
}

/// The kind of all names.
Kind kind_of(const std::vector<std::string>& names) {
  const Kind kind = kind_of(names.front());
  for (const std::string& name : names) {
    require(
        kind_of(name) == kind,
        "'{}' and '{}' do not go together; these do: bleu, chrf, ter; rouge1 to rouge9, rougeL, rougeLsum",
        names.front(), name);
    require(std::count(names.begin(), names.end(), name) == 1, "'{}' is there twice", name);
  }
  return kind;
}

/// `{"bleu": 12.3, "chrf": …}`, a line a segment.
void print_sentence_json(Segments& segments, const std::vector<std::string>& names,
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
  require(systems > 1 || significance.paired == PairedTest::none,
          "--paired-bs and --paired-ar compare several systems, got one");
  require(!sentences || !significance.confidence,
          "--sentence-level: there are no intervals of single sentences");
  std::vector<std::string> names = common.names;
  if (!sentences && significance.paired == PairedTest::none) std::sort(names.begin(), names.end());
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
    case Kind::corpus:
      return run_corpus(options);
    case Kind::rouge:
      return run_rouge(options);
    case Kind::rouge155:
      return run_rouge155(options);
    case Kind::tokenised:
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
