#include "models/scheme.hpp"

namespace iiet {
namespace {

const Registrar<Variant> registered{{
    "e-iiet",
    "E-IIET: IIET with the iterations that matter least dropped, a count for each layer",
    [](const ModelConfig& config) { return iterated_over_history(config.iterations); },
}};

}  // namespace
}  // namespace iiet
