#include "harness/metric/aggregation.hpp"

namespace iiet {
namespace {

DocumentValue of_document(const Outcome& outcome) {
  const auto& passage = expect_outcome<PassageOutcome>(outcome, "byte_perplexity");
  return {passage.loglikelihood, static_cast<double>(passage.bytes)};
}

const Registrar<Metric> registered{{
    .name = "byte_perplexity",
    .about = "exp of the negative log-likelihood a byte of the original text, over all documents together",
    .higher_is_better = false,
    .unit = Unit::kPerplexity,
    .form = DocumentForm::kRatio,
    .error = StandardError::kNone,
    .measure = alone<of_document>,
    .of_sums = perplexity_of_sums,
}};

}  // namespace
}  // namespace iiet
