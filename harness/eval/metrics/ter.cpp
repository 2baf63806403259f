#include "harness/text/translation/ter.hpp"

#include "harness/eval/generated_text.hpp"

namespace iiet {
namespace {

/// sacreBLEU's defaults.
CorpusMetric& ter() {
  thread_local Ter metric{{}};
  return metric;
}

DocumentValue of_document(const Sample& sample, std::span<const Response> responses) {
  return corpus_value(sample, responses, ter());
}

Estimate aggregate(std::span<const DocumentValue> documents, const Resampling& resampling) {
  return corpus_estimate(documents, resampling, ter());
}

const Registrar<Metric> registered{{
    .name = "ter",
    .about = "translation edit rate of all documents in per cent, as sacreBLEU with its defaults",
    .higher_is_better = false,
    .of_document = of_document,
    .aggregate = aggregate,
}};

}  // namespace
}  // namespace iiet
