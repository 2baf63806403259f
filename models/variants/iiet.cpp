#include "models/scheme.hpp"

namespace iiet {
namespace {

const Registrar<Variant> registered{{
    "iiet",
    "IIET as released: Euler predictor, then iterated implicit Euler over the layer history",
    [](const ModelConfig& config) {
      std::vector<Scheme> schemes;
      for (const std::int64_t r : config.iterations) schemes.push_back(PredictorCorrectorScheme{1, r});
      return schemes;
    },
}};

}  // namespace
}  // namespace iiet
