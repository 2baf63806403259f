#pragma once

#include "models/steps/step.hpp"

namespace iiet {

/// PCformer's Runge-Kutta predictor (models.md 1.3): stages of the whole block with a norm each, combined
/// with weights that fall off exponentially. Parameters are shared by all layers.
class EmaPredictor {
 public:
  EmaPredictor(std::int64_t stages, std::int64_t width, at::TensorOptions options);
  /// F_i = LN_i(Φ(x_i)) with x_0 = y, x_i = y + F_{i-1} (times 1/2 in the inner stages of four); y + Σ
  /// α(1-α)^(s-1-i) F_i, the last stage with α.
  at::Tensor predict(const BlockMap& block, const at::Tensor& y) const;
  void list(Leaves& leaves) const;

 private:
  std::vector<LayerNorm> norms_;  // one a stage
  at::Tensor alpha_;              // [1]
};

/// Predict, then iterate over the layer history (models.md 1.3 and 1.4):
///   s = LNp(prediction);  r times: x = pop(s), s = LNc(Φ(x));  y' = refine(s).
/// PCformer: EMA predictor, r = 1. IIET as released: explicit Euler predictor Φ(y), r = 3. E-IIET: r of its
/// own a layer; r = 0 keeps prediction and read-out.
class PredictorCorrector : public Step {
 public:
  struct Shared {
    LayerHistory history;
    std::unique_ptr<EmaPredictor> predictor;  // null: explicit Euler
  };
  PredictorCorrector(std::shared_ptr<const Shared> shared, PredictorCorrectorScheme scheme,
                     std::int64_t layer);
  void advance(const BlockMap& block, Trajectory& y) const override;
  std::int64_t evaluations() const override;

 private:
  std::shared_ptr<const Shared> shared_;
  PredictorCorrectorScheme scheme_;
  std::int64_t layer_;
};

}  // namespace iiet
