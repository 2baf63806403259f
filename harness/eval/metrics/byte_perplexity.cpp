#include "harness/eval/aggregation.hpp"
#include "harness/eval/choices.hpp"

namespace iiet {
namespace {

DocumentValue of_document(const Sample& sample, std::span<const Response> responses) {
  const auto& passage = expect_sample<Passage>(sample, "byte_perplexity");
  return {responses.front().loglikelihood, static_cast<double>(passage.bytes)};
}

const Registrar<Metric> registered{{
    .name = "byte_perplexity",
    .about = "exp of the negative log-likelihood a byte of the original text, over all documents together",
    .higher_is_better = false,
    .of_document = of_document,
    .aggregate = weighted_perplexity_estimate,
}};

}  // namespace
}  // namespace iiet
