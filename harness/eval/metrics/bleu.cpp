#include "harness/text/translation/bleu.hpp"

#include "harness/eval/generated_text.hpp"

namespace iiet {
namespace {

/// sacreBLEU's defaults.
CorpusMetric& bleu() {
  thread_local Bleu metric{{}};
  return metric;
}

DocumentValue of_document(const Sample& sample, std::span<const Response> responses) {
  return corpus_value(sample, responses, bleu());
}

Estimate aggregate(std::span<const DocumentValue> documents, const Resampling& resampling) {
  return corpus_estimate(documents, resampling, bleu());
}

const Registrar<Metric> registered{{
    .name = "bleu",
    .about = "BLEU of all documents, 0 to 100, as sacreBLEU with its defaults (13a)",
    .of_document = of_document,
    .aggregate = aggregate,
}};

}  // namespace
}  // namespace iiet
