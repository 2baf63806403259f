#include "harness/eval/aggregation.hpp"
#include "harness/eval/generated_text.hpp"

namespace iiet {
namespace {

DocumentValue of_document(const Sample& sample, std::span<const Response> responses) {
  return rouge_value(sample, responses, "rougeLsum");
}

const Registrar<Metric> registered{{
    .name = "rougeLsum",
    .about = "longest common subsequences line by line (ROUGE, F-measure with stemming)",
    .of_document = of_document,
    .aggregate = mean_estimate,
}};

}  // namespace
}  // namespace iiet
