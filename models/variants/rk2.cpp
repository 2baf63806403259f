#include "models/scheme.hpp"

namespace iiet {
namespace {

const Registrar<Variant> registered{{
    "rk2",
    "every layer one step of Heun's method (2 evaluations)",
    [](const ModelConfig& config) {
      return std::vector<Scheme>(config.num_hidden_layers, RungeKuttaScheme{heun_tableau()});
    },
}};

}  // namespace
}  // namespace iiet
