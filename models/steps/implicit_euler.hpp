#pragma once

#include "models/steps/step.hpp"

namespace iiet {

/// The textbook iteration for y' = y + F(y'): y_0 = y + F(y), y_j = y + F(y_{j-1}), F(x) = Φ(x) - x.
class ImplicitEuler : public Step {
 public:
  explicit ImplicitEuler(std::int64_t iterations) : iterations_(iterations) {}
  void advance(const BlockMap& block, Trajectory& y) const override;
  std::int64_t evaluations() const override { return 1 + iterations_; }

 private:
  std::int64_t iterations_;
};

}  // namespace iiet
