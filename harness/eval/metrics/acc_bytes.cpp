#include "harness/eval/aggregation.hpp"
#include "harness/eval/choices.hpp"

namespace iiet {
namespace {

double length(const std::string& text) { return static_cast<double>(text.size()); }

DocumentValue of_document(const Sample& sample, std::span<const Response> responses) {
  return is_best_option_right(sample, responses, length);
}

const Registrar<Metric> registered{{
    .name = "acc_bytes",
    .about = "share of documents whose right option has the largest log-likelihood a byte (UTF-8)",
    .of_document = of_document,
    .aggregate = mean_estimate,
}};

}  // namespace
}  // namespace iiet
