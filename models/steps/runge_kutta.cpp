#include "models/steps/runge_kutta.hpp"

namespace iiet {
namespace {

/// y + Σ coefficients[i] slopes[i].
at::Tensor combine(const at::Tensor& y, const std::vector<double>& coefficients,
                   const std::vector<at::Tensor>& slopes) {
  at::Tensor sum = y;
  for (std::size_t i = 0; i < coefficients.size(); ++i)
    if (coefficients[i] != 0) sum = at::add(sum, slopes[i], coefficients[i]);
  return sum;
}

}  // namespace

RungeKutta::RungeKutta(Tableau tableau) : tableau_(std::move(tableau)) { tableau_.validate(); }

void RungeKutta::advance(const BlockMap& block, Trajectory& y) const {
  if (tableau_.b.size() == 1) {
    y.state = block(y.state);
    return;
  }
  std::vector<at::Tensor> slopes;
  for (const std::vector<double>& row : tableau_.a) {
    const at::Tensor x = combine(y.state, row, slopes);
    slopes.push_back(block(x) - x);
  }
  y.state = combine(y.state, tableau_.b, slopes);
}

std::int64_t RungeKutta::evaluations() const { return static_cast<std::int64_t>(tableau_.b.size()); }

}  // namespace iiet
