#include "harness/eval/aggregation.hpp"
#include "harness/eval/choices.hpp"

namespace iiet {
namespace {

double no_length(const std::string&) { return 1; }

DocumentValue of_document(const Sample& sample, std::span<const Response> responses) {
  if (std::holds_alternative<Completion>(sample)) return {responses.front().is_greedy ? 1.0 : 0.0};
  return is_best_option_right(sample, responses, no_length);
}

const Registrar<Metric> registered{{
    .name = "acc",
    .about =
        "share of documents whose right option is the most probable one, or whose continuation is greedy",
    .of_document = of_document,
    .aggregate = mean_estimate,
}};

}  // namespace
}  // namespace iiet
