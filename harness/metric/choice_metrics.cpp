#include "harness/metric/choice_metrics.hpp"

#include <cmath>
#include <vector>

namespace iiet {

std::size_t first_largest(std::span<const double> scores) {
  const auto beats = [](double a, double b) { return a > b || (std::isnan(a) && !std::isnan(b)); };
  std::size_t best = 0;
  for (std::size_t i = 1; i < scores.size(); ++i)
    if (beats(scores[i], scores[best])) best = i;
  return best;
}

DocumentValue is_best_option_right(const Outcome& outcome, Length length) {
  const auto& choice = expect_outcome<ChoiceOutcome>(outcome, "accuracy");
  std::vector<double> scores;
  for (std::size_t i = 0; i < choice.loglikelihoods.size(); ++i)
    scores.push_back(choice.loglikelihoods[i] / length(choice.texts[i]));
  return {first_largest(scores) == choice.gold ? 1.0 : 0.0};
}

}  // namespace iiet
