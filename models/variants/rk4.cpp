#include "models/scheme.hpp"

namespace iiet {
namespace {

const Registrar<Variant> registered{{
    "rk4",
    "every layer one step of the classical Runge-Kutta method (4 evaluations)",
    [](const ModelConfig& config) {
      return std::vector<Scheme>(config.num_hidden_layers, RungeKuttaScheme{classical_rk4_tableau()});
    },
}};

}  // namespace
}  // namespace iiet
