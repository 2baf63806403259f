#pragma once

#include "models/steps/step.hpp"

namespace iiet {

/// An explicit Runge-Kutta step, F(x) = Φ(x) - x. With one stage it is Φ itself, the ordinary residual layer.
class RungeKutta : public Step {
 public:
  explicit RungeKutta(Tableau tableau);
  void advance(const BlockMap& block, Trajectory& y) const override;
  std::int64_t evaluations() const override;

 private:
  Tableau tableau_;
};

}  // namespace iiet
