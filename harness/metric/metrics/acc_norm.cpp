#include "harness/base/unicode.hpp"
#include "harness/metric/choice_metrics.hpp"

namespace iiet {
namespace {

double length(std::string_view text) { return static_cast<double>(code_points(text)); }

DocumentValue of_document(const Outcome& outcome) { return is_best_option_right(outcome, length); }

const Registrar<Metric> registered{{
    .name = "acc_norm",
    .about = "share of documents whose right option has the largest log-likelihood a character (code point)",
    .measure = alone<of_document>,
    .of_sums = ratio_of_sums,
}};

}  // namespace
}  // namespace iiet
