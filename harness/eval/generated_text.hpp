#pragma once

#include <span>

#include "harness/eval/metric.hpp"
#include "harness/text/translation/corpus_metric.hpp"

namespace iiet {

/// Metrics of generated text, as lm-evaluation-harness takes them. All throw Error unless the sample is a
/// Generation.

/// The answer's statistics against the references; `value` is the score of this document alone.
DocumentValue corpus_value(const Sample& sample, std::span<const Response> responses, CorpusMetric& metric);

/// The score of the summed statistics of at least one document; error by bootstrap, of which at most 100
/// resamples are taken.
Estimate corpus_estimate(std::span<const DocumentValue> documents, const Resampling& resampling,
                         const CorpusMetric& metric);

/// F-measure, 0 to 1, of rouge_score's `type` with Porter's stemmer; of several references the best.
DocumentValue rouge_value(const Sample& sample, std::span<const Response> responses, const char* type);

}  // namespace iiet
