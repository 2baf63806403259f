#include "models/steps/step.hpp"

#include "harness/base/error.hpp"
#include "models/steps/implicit_euler.hpp"
#include "models/steps/predictor_corrector.hpp"
#include "models/steps/runge_kutta.hpp"

namespace iiet {
namespace {

/// The parameters that all predictor-corrector layers of a model share, or null if it has none of them.
std::shared_ptr<PredictorCorrector::Shared> shared_parameters(const std::vector<Scheme>& schemes,
                                                              std::int64_t width, at::TensorOptions options) {
  const auto* first = std::get_if<PredictorCorrectorScheme>(&schemes.front());
  for (const Scheme& scheme : schemes) {
    const auto* other = std::get_if<PredictorCorrectorScheme>(&scheme);
    if ((first == nullptr) != (other == nullptr) ||
        (other && other->predictor_stages != first->predictor_stages))
      throw Error("a model has the layer history and one predictor in all of its layers, or in none");
  }
  if (!first) return nullptr;
  auto shared = std::make_shared<PredictorCorrector::Shared>(PredictorCorrector::Shared{
      LayerHistory(static_cast<std::int64_t>(schemes.size()), width, options), nullptr});
  if (first->predictor_stages > 1)
    shared->predictor = std::make_unique<EmaPredictor>(first->predictor_stages, width, options);
  return shared;
}

}  // namespace

Steps make_steps(const std::vector<Scheme>& schemes, std::int64_t width, at::TensorOptions options) {
  Steps steps;
  const auto shared = shared_parameters(schemes, width, options);
  if (shared) {
    shared->history.list(steps.parameters);
    if (shared->predictor) shared->predictor->list(steps.parameters);
  }
  for (const Scheme& scheme : schemes) {
    const auto layer = static_cast<std::int64_t>(steps.layers.size());
    if (const auto* rk = std::get_if<RungeKuttaScheme>(&scheme))
      steps.layers.push_back(std::make_unique<RungeKutta>(rk->tableau));
    else if (const auto* euler = std::get_if<ImplicitEulerScheme>(&scheme))
      steps.layers.push_back(std::make_unique<ImplicitEuler>(euler->iterations));
    else
      steps.layers.push_back(
          std::make_unique<PredictorCorrector>(shared, std::get<PredictorCorrectorScheme>(scheme), layer));
  }
  return steps;
}

}  // namespace iiet
