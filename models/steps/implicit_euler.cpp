#include "models/steps/implicit_euler.hpp"

namespace iiet {

void ImplicitEuler::advance(const BlockMap& block, Trajectory& y) const {
  at::Tensor iterate = block(y.state);
  for (std::int64_t j = 0; j < iterations_; ++j) iterate = y.state + (block(iterate) - iterate);
  y.state = iterate;
}

}  // namespace iiet
