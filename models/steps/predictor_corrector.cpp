#include "models/steps/predictor_corrector.hpp"

#include <fmt/format.h>

namespace iiet {

EmaPredictor::EmaPredictor(std::int64_t stages, std::int64_t width, at::TensorOptions options)
    : alpha_(at::empty({1}, options)) {
  for (std::int64_t i = 0; i < stages; ++i) norms_.emplace_back(width, options);
}

at::Tensor EmaPredictor::predict(const BlockMap& block, const at::Tensor& y) const {
  const std::size_t stages = norms_.size();
  const at::Tensor alpha = in_type(y.scalar_type(), alpha_);
  at::Tensor f, sum = y;
  for (std::size_t i = 0; i < stages; ++i) {
    // The inner stages of the classical method of order 4 are at half steps; Heun's second stage is at a
    // whole one.
    const double step = stages == 4 && i < 3 ? 0.5 : 1.0;
    f = norms_[i](block(i == 0 ? y : at::add(y, f, step)));
    const auto power = static_cast<double>(stages - 1 - i);
    sum = at::addcmul(sum, f, alpha * at::pow(1 - alpha, power));
  }
  return sum;
}

void EmaPredictor::list(Leaves& leaves) const {
  for (std::size_t i = 0; i < norms_.size(); ++i) norms_[i].list(fmt::format("model.RK_norm.{}", i), leaves);
  leaves.push_back(whole_leaf("model.alpha", alpha_, Initialisation::kHalf, /*decays=*/false));
}

PredictorCorrector::PredictorCorrector(std::shared_ptr<const Shared> shared, PredictorCorrectorScheme scheme,
                                       std::int64_t layer)
    : shared_(std::move(shared)), scheme_(scheme), layer_(layer) {}

std::int64_t PredictorCorrector::evaluations() const { return iiet::evaluations(scheme_); }

void PredictorCorrector::advance(const BlockMap& block, Trajectory& y) const {
  const LayerHistory& history = shared_->history;
  const LayerHistory::Sums sums = history.begin(layer_, y);
  const at::Tensor prediction =
      shared_->predictor ? shared_->predictor->predict(block, y.state) : block(y.state);
  at::Tensor slot = history.predicted(layer_, prediction);
  for (std::int64_t j = 0; j < scheme_.iterations; ++j)
    slot = history.corrected(layer_, block(history.pop(sums, slot)));
  history.end(sums, slot, y);
}

}  // namespace iiet
