#include "models/scheme.hpp"

namespace iiet {
namespace {

const Registrar<Variant> registered{{
    "pcformer",
    "PCformer: RK2 or RK4 predictor with EMA weights, one corrector evaluation over the layer history",
    [](const ModelConfig& config) {
      return std::vector<Scheme>(config.num_hidden_layers, PredictorCorrectorScheme{config.calculate_num, 1});
    },
}};

}  // namespace
}  // namespace iiet
