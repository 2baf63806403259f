#include "harness/text/translation/chrf.hpp"

#include "harness/eval/generated_text.hpp"

namespace iiet {
namespace {

/// sacreBLEU's defaults.
CorpusMetric& chrf() {
  thread_local Chrf metric{{}};
  return metric;
}

DocumentValue of_document(const Sample& sample, std::span<const Response> responses) {
  return corpus_value(sample, responses, chrf());
}

Estimate aggregate(std::span<const DocumentValue> documents, const Resampling& resampling) {
  return corpus_estimate(documents, resampling, chrf());
}

const Registrar<Metric> registered{{
    .name = "chrf",
    .about = "chrF of all documents, 0 to 100, as sacreBLEU with its defaults (character 6-grams)",
    .of_document = of_document,
    .aggregate = aggregate,
}};

}  // namespace
}  // namespace iiet
