#pragma once

#include <memory>
#include <span>
#include <string>

#include "harness/metric/aggregation.hpp"
#include "harness/text/translation/corpus_metric.hpp"

namespace iiet {

// Metrics of generated text, as lm-evaluation-harness takes them.

/// The best F-measures, 0 to 1, of rouge_score's types `names` with Porter's stemmer over the references. A
/// text is cut into tokens and stemmed once for all types.
std::unique_ptr<Measure> rouge_measure(std::span<const std::string> names);

/// A ROUGE metric: `metric` with what all of them have in common.
Metric rouge_metric(Metric metric);

/// The statistics of answers against their references; `value` is the score of the document alone.
std::unique_ptr<Measure> corpus_measure(std::unique_ptr<CorpusMetric> metric);

template <std::unique_ptr<CorpusMetric> (*make)()>
std::unique_ptr<Measure> measure_of_corpus(std::span<const std::string>) {
  return corpus_measure(make());
}

template <std::unique_ptr<CorpusMetric> (*make)()>
double score_of_corpus(std::span<const double> sums) {
  static const std::unique_ptr<const CorpusMetric> metric = make();
  return metric->score(sums);
}

/// A metric of a whole corpus, 0 to 100: `metric` with what all of them have in common. Of its error at most
/// 100 resamples are taken, as the reference does.
template <std::unique_ptr<CorpusMetric> (*make)()>
Metric corpus_metric(Metric metric) {
  metric.unit = Unit::kPercent;
  metric.form = DocumentForm::kTexts;
  metric.error = StandardError::kBootstrap;
  metric.most_resamples = 100;
  metric.measure = measure_of_corpus<make>;
  metric.of_sums = score_of_corpus<make>;
  return metric;
}

}  // namespace iiet
