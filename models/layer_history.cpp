#include "models/layer_history.hpp"

#include <fmt/format.h>

#include "harness/base/error.hpp"

namespace iiet {

LayerHistory::LayerHistory(std::int64_t layers, std::int64_t width, at::TensorOptions options)
    : weights_(at::empty({2 * (layers + 1), layers + 1}, options)) {
  for (std::int64_t l = 0; l < layers; ++l) {
    predictor_norms_.emplace_back(width, options);
    corrector_norms_.emplace_back(width, options);
  }
}

LayerHistory::Sums LayerHistory::begin(std::int64_t layer, Trajectory& y) const {
  if (layer == 0) y.nodes.append(y.state, capacity());
  const std::int64_t count = layer + 1;
  if (y.nodes.count() != count)
    throw Error(fmt::format("layer history: layer {} needs {} slots, got {}", layer, count, y.nodes.count()));
  const at::Tensor rows =
      in_type(y.state.scalar_type(), weights_).view({2, capacity(), capacity()}).select(1, count);  // [2,L+1]
  const at::Tensor sums = y.nodes.combine(rows.narrow(1, 0, count)), own = rows.select(1, count);
  return {sums[0], sums[1], own[0], own[1]};
}

at::Tensor LayerHistory::pop(const Sums& sums, const at::Tensor& slot) const {
  return at::addcmul(sums.pop, slot, sums.pop_weight);
}

void LayerHistory::end(const Sums& sums, const at::Tensor& slot, Trajectory& y) const {
  y.state = at::addcmul(sums.refine, slot, sums.refine_weight);
  y.nodes.append(slot, capacity());
}

void LayerHistory::list(Leaves& leaves) const {
  const std::int64_t n = capacity();
  leaves.push_back({weights_,
                    {{"model.history.weight", 0, n}, {"model.history.weight_c", n, 2 * n}},
                    Initialisation::kHistory,
                    /*decays=*/false});
  const auto add = [&](const char* name, const std::vector<LayerNorm>& norms) {
    for (std::size_t l = 0; l < norms.size(); ++l)
      norms[l].list(fmt::format("model.history.{}.{}", name, l), leaves);
  };
  add("rouge_predictions_norm", predictor_norms_);
  add("layer_norms", corrector_norms_);
}

}  // namespace iiet
