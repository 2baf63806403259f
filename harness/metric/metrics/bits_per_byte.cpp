#include "harness/metric/aggregation.hpp"

namespace iiet {
namespace {

DocumentValue of_document(const Outcome& outcome) {
  const auto& passage = expect_outcome<PassageOutcome>(outcome, "bits_per_byte");
  return {passage.loglikelihood, static_cast<double>(passage.bytes)};
}

const Registrar<Metric> registered{{
    .name = "bits_per_byte",
    .about = "negative log-likelihood in bits a byte of the original text, over all documents together",
    .higher_is_better = false,
    .unit = Unit::kBits,
    .form = DocumentForm::kRatio,
    .error = StandardError::kNone,
    .measure = alone<of_document>,
    .of_sums = bits_of_sums,
}};

}  // namespace
}  // namespace iiet
