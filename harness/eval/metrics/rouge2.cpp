#include "harness/eval/aggregation.hpp"
#include "harness/eval/generated_text.hpp"

namespace iiet {
namespace {

DocumentValue of_document(const Sample& sample, std::span<const Response> responses) {
  return rouge_value(sample, responses, "rouge2");
}

const Registrar<Metric> registered{{
    .name = "rouge2",
    .about = "share of pairs of words in common (ROUGE, F-measure with stemming)",
    .of_document = of_document,
    .aggregate = mean_estimate,
}};

}  // namespace
}  // namespace iiet
