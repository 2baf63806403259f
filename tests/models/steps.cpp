#include <cmath>

#include "models/steps/implicit_euler.hpp"
#include "models/steps/runge_kutta.hpp"
#include "tests/support/shared.hpp"

namespace iiet::test {
namespace {

/// Integrates y' = cos(t) y as an autonomous system in (t, y) from (0, 1) to t = 2 in n steps; |error| of y.
double error_of(const Step& step, int n) {
  const double h = 2.0 / n;
  const BlockMap block = [h](const at::Tensor& x) {  // x + h f(x), [2]
    const at::Tensor slope = at::stack({at::ones({}, at::kDouble), x[0].cos() * x[1]});
    return x + h * slope;
  };
  Trajectory y{at::tensor({0.0, 1.0}, at::kDouble), {}};
  for (int i = 0; i < n; ++i) step.advance(block, y);
  return std::abs(y.state[1].item<double>() - std::exp(std::sin(2.0)));
}

double order_of(const Step& step) { return std::log2(error_of(step, 64) / error_of(step, 128)); }

}  // namespace

TEST_CASE("measured order of convergence: Euler 1, implicit Euler 1, Heun 2, RK4 4") {
  CHECK(order_of(RungeKutta(euler_tableau())) == Approx(1).margin(0.15));
  CHECK(order_of(ImplicitEuler(30)) == Approx(1).margin(0.15));
  CHECK(order_of(RungeKutta(heun_tableau())) == Approx(2).margin(0.15));
  CHECK(order_of(RungeKutta(classical_rk4_tableau())) == Approx(4).margin(0.15));
}

TEST_CASE("implicit Euler without iterations is explicit Euler") {
  CHECK(error_of(ImplicitEuler(0), 32) == error_of(RungeKutta(euler_tableau()), 32));
}

TEST_CASE("implicit Euler converges to the implicit solution") {
  // y' = -y, one step of size 1/2: y_1 = y_0 / (1 + 1/2).
  const BlockMap block = [](const at::Tensor& x) { return x - 0.5 * x; };
  Trajectory y{at::ones({1}, at::kDouble), {}};
  ImplicitEuler(60).advance(block, y);
  CHECK(y.state.item<double>() == Approx(1 / 1.5).epsilon(1e-12));
}

TEST_CASE("a tableau that does not keep its promise is refused") {
  Tableau wrong = classical_rk4_tableau();
  wrong.b = {0.25, 0.25, 0.25, 0.25};
  CHECK_THROWS_AS(wrong.validate(), Error);
  wrong = heun_tableau();
  wrong.a[1] = {0.5};
  CHECK_THROWS_AS(wrong.validate(), Error);
  wrong = heun_tableau();
  wrong.b = {0.5, 0.6};
  CHECK_THROWS_AS(wrong.validate(), Error);
  CHECK_NOTHROW(euler_tableau().validate());
}

}  // namespace iiet::test
