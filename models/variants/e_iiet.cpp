#include "models/scheme.hpp"

namespace iiet {
namespace {

const Registrar<Variant> registered{{
    "e-iiet",
    "E-IIET: IIET with the iterations that matter least dropped, a count for each layer",
    [](const ModelConfig& config) {
      std::vector<Scheme> schemes;
      for (const std::int64_t r : config.iterations) schemes.push_back(PredictorCorrectorScheme{1, r});
      return schemes;
    },
}};

}  // namespace
}  // namespace iiet
