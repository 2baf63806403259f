#include "models/steps/predictor_corrector.hpp"

#include <fmt/format.h>

namespace iiet {

EmaPredictor::EmaPredictor(std::int64_t stages, std::int64_t width, at::TensorOptions options)
    : alpha_(at::empty({1}, options)) {
  for (std::int64_t i = 0; i < stages; ++i) {
    norm_weights_.push_back(at::empty({width}, options));
    norm_biases_.push_back(at::empty({width}, options));
  }
}

at::Tensor EmaPredictor::predict(const BlockMap& block, const at::Tensor& y) const {
  const std::size_t stages = norm_weights_.size();
  at::Tensor x = y, sum = y;
  for (std::size_t i = 0; i < stages; ++i) {
    const at::Tensor f = layer_norm(block(x), norm_weights_[i], norm_biases_[i]);
    const auto power = static_cast<double>(stages - 1 - i);
    sum = at::addcmul(sum, f, alpha_ * at::pow(1 - alpha_, power));
    // The inner stages of the classical method of order 4 are at half steps; Heun's second stage is at a
    // whole one.
    const bool half_step = stages == 4 && i < 2;
    x = at::add(y, f, half_step ? 0.5 : 1.0);
  }
  return sum;
}

void EmaPredictor::list(Parameters& parameters) const {
  for (std::size_t i = 0; i < norm_weights_.size(); ++i) {
    parameters.push_back(
        {fmt::format("model.RK_norm.{}.weight", i), norm_weights_[i], Initialisation::kOnes});
    parameters.push_back({fmt::format("model.RK_norm.{}.bias", i), norm_biases_[i], Initialisation::kZeros});
  }
  parameters.push_back({"model.alpha", alpha_, Initialisation::kHalf});
}

PredictorCorrector::PredictorCorrector(std::shared_ptr<const Shared> shared, PredictorCorrectorScheme scheme,
                                       std::int64_t layer)
    : shared_(std::move(shared)), scheme_(scheme), layer_(layer) {}

std::int64_t PredictorCorrector::evaluations() const { return iiet::evaluations(scheme_); }

void PredictorCorrector::advance(const BlockMap& block, Trajectory& y) const {
  const LayerHistory& history = shared_->history;
  if (y.nodes.empty()) y.nodes.push_back(y.state);
  const LayerHistory::Sums sums = history.begin(layer_, y.nodes);
  const at::Tensor prediction =
      shared_->predictor ? shared_->predictor->predict(block, y.state) : block(y.state);
  at::Tensor slot = history.predicted(layer_, prediction);
  for (std::int64_t j = 0; j < scheme_.iterations; ++j)
    slot = history.corrected(layer_, block(history.pop(layer_, sums, slot)));
  y.state = history.refine(layer_, sums, slot);
  y.nodes.push_back(slot);
}

}  // namespace iiet
