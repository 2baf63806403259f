#include "harness/eval/generated_text.hpp"
#include "harness/text/translation/chrf.hpp"

namespace iiet {
namespace {

/// sacreBLEU's defaults, with words.
CorpusMetric& chrf_plus_plus() {
  thread_local Chrf metric{{.word_order = 2}};
  return metric;
}

DocumentValue of_document(const Sample& sample, std::span<const Response> responses) {
  return corpus_value(sample, responses, chrf_plus_plus());
}

Estimate aggregate(std::span<const DocumentValue> documents, const Resampling& resampling) {
  return corpus_estimate(documents, resampling, chrf_plus_plus());
}

const Registrar<Metric> registered{{
    .name = "chrf++",
    .about = "chrF++ of all documents, 0 to 100: chrF with pairs of words",
    .of_document = of_document,
    .aggregate = aggregate,
}};

}  // namespace
}  // namespace iiet
