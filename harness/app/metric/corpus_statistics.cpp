#include "harness/app/metric/corpus_statistics.hpp"

#include <algorithm>

#include "harness/app/command.hpp"
#include "harness/base/error.hpp"
#include "harness/text/translation/bleu.hpp"
#include "harness/text/translation/chrf.hpp"
#include "harness/text/translation/signature.hpp"
#include "harness/text/translation/ter.hpp"

namespace iiet {
namespace {

/// The tokeniser asked for, else sacreBLEU's choice for the target language.
std::string tokenizer_of(const CorpusMetricOptions& options) {
  if (!options.tokenize.empty()) return options.tokenize;
  if (options.language_pair.empty()) return "13a";
  const std::string rest = options.language_pair.substr(options.language_pair.find('-') + 1);
  const std::string target = rest.substr(0, rest.find('-'));
  if (target == "zh") return "zh";
  if (target == "ja") return "ja-mecab";
  return target == "ko" ? "ko-mecab" : "13a";
}

std::unique_ptr<CorpusMetric> make_bleu(const MetricOptions& options) {
  const CorpusMetricOptions& o = options.metric;
  BleuOptions bleu;
  bleu.tokenize = tokenizer_of(o);
  bleu.sentencepiece_model = o.sentencepiece_model;
  bleu.lowercase = o.lowercase;
  bleu.smoothing = smoothing_named(o.smooth_method);
  if (bleu.smoothing == Smoothing::kFloor || bleu.smoothing == Smoothing::kAddK)
    bleu.smooth_value = o.smooth_value;
  bleu.effective_order = o.effective_order.value_or(options.output.sentence_level);
  bleu.max_ngram_order = o.max_ngram_order;
  return std::make_unique<Bleu>(bleu);
}

std::unique_ptr<CorpusMetric> make_chrf(const MetricOptions& options) {
  const CorpusMetricOptions& o = options.metric;
  ChrfOptions chrf;
  chrf.char_order = o.chrf_char_order;
  chrf.word_order = o.chrf_word_order;
  chrf.beta = static_cast<double>(o.chrf_beta);
  chrf.whitespace = o.chrf_whitespace;
  chrf.lowercase = o.chrf_lowercase;
  chrf.eps_smoothing = o.chrf_eps_smoothing;
  return std::make_unique<Chrf>(chrf);
}

std::unique_ptr<CorpusMetric> make_ter(const MetricOptions& options) {
  const CorpusMetricOptions& o = options.metric;
  TercomOptions ter;
  ter.normalized = o.ter_normalized;
  ter.no_punct = o.ter_no_punct;
  ter.asian_support = o.ter_asian_support;
  ter.case_sensitive = o.ter_case_sensitive;
  return std::make_unique<Ter>(ter);
}

}  // namespace

CorpusMetrics make_corpus_metrics(const std::vector<std::string>& names, const MetricOptions& options) {
  CorpusMetrics metrics;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) !=
        names.begin() + static_cast<std::ptrdiff_t>(i))
      continue;
    if (names[i] == "bleu") metrics.push_back(make_bleu(options));
    if (names[i] == "chrf") metrics.push_back(make_chrf(options));
    if (names[i] == "ter") metrics.push_back(make_ter(options));
  }
  return metrics;
}

CorpusStatistics gather(SegmentReader& segments, const CorpusMetrics& metrics, Keep keep) {
  CorpusStatistics result;
  result.systems = segments.systems();
  for (const auto& metric : metrics) {
    result.sums.emplace_back(result.systems.size(), std::vector<double>(metric->width()));
    if (keep == Keep::segments)
      result.tables.emplace_back(result.systems.size(), StatisticsTable(metric->width()));
  }
  ReferenceCount references;
  while (segments.next()) {
    if (stop_requested()) throw Interrupted();
    ++result.segments;
    references.add(segments.references().size());
    for (std::size_t m = 0; m < metrics.size(); ++m)
      for (std::size_t s = 0; s < result.systems.size(); ++s) {
        const auto statistics = metrics[m]->segment(segments.hypotheses()[s], segments.references());
        for (std::size_t k = 0; k < statistics.size(); ++k) result.sums[m][s][k] += statistics[k];
        if (keep == Keep::segments) result.tables[m][s].add(statistics);
      }
  }
  if (result.segments > 0) result.references = references.text();
  return result;
}

}  // namespace iiet
