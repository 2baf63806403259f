#include "harness/eval/aggregation.hpp"
#include "harness/eval/choices.hpp"

namespace iiet {
namespace {

DocumentValue of_document(const Sample& sample, std::span<const Response> responses) {
  const auto& choice = expect_sample<Choice>(sample, "exact_match");
  return {responses[choice.gold].is_greedy ? 1.0 : 0.0};
}

const Registrar<Metric> registered{{
    .name = "exact_match",
    .about = "share of documents whose right option is what greedy decoding would write",
    .of_document = of_document,
    .aggregate = mean_estimate,
}};

}  // namespace
}  // namespace iiet
