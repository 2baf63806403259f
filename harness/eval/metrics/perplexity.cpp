#include "harness/eval/aggregation.hpp"
#include "harness/eval/choices.hpp"

namespace iiet {
namespace {

DocumentValue of_document(const Sample& sample, std::span<const Response> responses) {
  expect_sample<Completion>(sample, "perplexity");
  return {responses.front().loglikelihood};
}

const Registrar<Metric> registered{{
    .name = "perplexity",
    .about = "exp of the mean negative log-likelihood of a document's whole continuation",
    .higher_is_better = false,
    .of_document = of_document,
    .aggregate = perplexity_estimate,
}};

}  // namespace
}  // namespace iiet
