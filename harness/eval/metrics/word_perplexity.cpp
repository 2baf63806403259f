#include "harness/eval/aggregation.hpp"
#include "harness/eval/choices.hpp"

namespace iiet {
namespace {

DocumentValue of_document(const Sample& sample, std::span<const Response> responses) {
  const auto& passage = expect_sample<Passage>(sample, "word_perplexity");
  return {responses.front().loglikelihood, static_cast<double>(passage.words)};
}

const Registrar<Metric> registered{{
    .name = "word_perplexity",
    .about = "exp of the negative log-likelihood a word of the original text, over all documents together",
    .higher_is_better = false,
    .of_document = of_document,
    .aggregate = weighted_perplexity_estimate,
}};

}  // namespace
}  // namespace iiet
