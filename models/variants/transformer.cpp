#include "models/scheme.hpp"

namespace iiet {
namespace {

const Registrar<Variant> registered{{
    "transformer",
    "Transformer++ (Llama): every layer one explicit Euler step",
    [](const ModelConfig& config) {
      return std::vector<Scheme>(config.num_hidden_layers, RungeKuttaScheme{euler_tableau()});
    },
}};

}  // namespace
}  // namespace iiet
