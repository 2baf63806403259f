#include "models/scheme.hpp"

namespace iiet {
namespace {

const Registrar<Variant> registered{{
    "iiet",
    "IIET as released: Euler predictor, then iterated implicit Euler over the layer history",
    [](const ModelConfig& config) { return iterated_over_history(config.iterations); },
}};

}  // namespace
}  // namespace iiet
