#include "models/scheme.hpp"

namespace iiet {
namespace {

const Registrar<Variant> registered{{
    "iiet-plain",
    "textbook iterated implicit Euler: no history, exactly the parameters of the Transformer",
    [](const ModelConfig& config) {
      std::vector<Scheme> schemes;
      for (const std::int64_t r : config.iterations) schemes.push_back(ImplicitEulerScheme{r});
      return schemes;
    },
}};

}  // namespace
}  // namespace iiet
