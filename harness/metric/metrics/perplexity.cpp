#include "harness/metric/aggregation.hpp"

namespace iiet {
namespace {

DocumentValue of_document(const Outcome& outcome) {
  return {expect_outcome<CompletionOutcome>(outcome, "perplexity").loglikelihood};
}

const Registrar<Metric> registered{{
    .name = "perplexity",
    .about = "exp of the mean negative log-likelihood of a document's whole continuation",
    .higher_is_better = false,
    .unit = Unit::kPerplexity,
    .form = DocumentForm::kNumber,
    .error = StandardError::kBootstrap,
    .measure = alone<of_document>,
    .of_sums = perplexity_of_sums,
}};

}  // namespace
}  // namespace iiet
