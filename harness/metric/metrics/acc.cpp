#include "harness/metric/choice_metrics.hpp"

namespace iiet {
namespace {

double no_length(std::string_view) { return 1; }

DocumentValue of_document(const Outcome& outcome) {
  if (const auto* completion = std::get_if<CompletionOutcome>(&outcome))
    return {completion->is_greedy ? 1.0 : 0.0};
  return is_best_option_right(outcome, no_length);
}

const Registrar<Metric> registered{{
    .name = "acc",
    .about =
        "share of documents whose right option is the most probable one, or whose continuation is greedy",
    .measure = alone<of_document>,
    .of_sums = ratio_of_sums,
}};

}  // namespace
}  // namespace iiet
