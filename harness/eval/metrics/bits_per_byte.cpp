#include "harness/eval/aggregation.hpp"
#include "harness/eval/choices.hpp"

namespace iiet {
namespace {

DocumentValue of_document(const Sample& sample, std::span<const Response> responses) {
  const auto& passage = expect_sample<Passage>(sample, "bits_per_byte");
  return {responses.front().loglikelihood, static_cast<double>(passage.bytes)};
}

const Registrar<Metric> registered{{
    .name = "bits_per_byte",
    .about = "negative log-likelihood in bits a byte of the original text, over all documents together",
    .higher_is_better = false,
    .of_document = of_document,
    .aggregate = bits_per_weight_estimate,
}};

}  // namespace
}  // namespace iiet
