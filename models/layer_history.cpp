#include "models/layer_history.hpp"

#include <fmt/format.h>

#include "harness/base/error.hpp"

namespace iiet {

at::Tensor layer_norm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  return at::layer_norm(x, {x.size(-1)}, weight, bias, 1e-5);
}

LayerHistory::LayerHistory(std::int64_t layers, std::int64_t width, at::TensorOptions options)
    : weight_(at::empty({layers + 1, layers + 1}, options)),
      weight_c_(at::empty({layers + 1, layers + 1}, options)) {
  for (std::int64_t l = 0; l < layers; ++l) {
    predictor_norms_.push_back({at::empty({width}, options), at::empty({width}, options)});
    corrector_norms_.push_back({at::empty({width}, options), at::empty({width}, options)});
  }
}

LayerHistory::Sums LayerHistory::begin(std::int64_t layer, const std::vector<at::Tensor>& nodes) const {
  const auto count = static_cast<std::int64_t>(nodes.size());
  if (count != layer + 1)
    throw Error(fmt::format("layer history: layer {} needs {} slots, got {}", layer, layer + 1, count));
  const at::Tensor weights = at::stack(
      {weight_.select(0, layer + 1).narrow(0, 0, count), weight_c_.select(0, layer + 1).narrow(0, 0, count)});
  const at::Tensor sums = weights.mm(at::stack(nodes).flatten(1));  // [2,N*D]
  return {sums.select(0, 0).view(nodes[0].sizes()), sums.select(0, 1).view(nodes[0].sizes())};
}

at::Tensor LayerHistory::predicted(std::int64_t layer, const at::Tensor& y) const {
  return layer_norm(y, predictor_norms_[layer].weight, predictor_norms_[layer].bias);
}

at::Tensor LayerHistory::corrected(std::int64_t layer, const at::Tensor& y) const {
  return layer_norm(y, corrector_norms_[layer].weight, corrector_norms_[layer].bias);
}

at::Tensor LayerHistory::pop(std::int64_t layer, const Sums& sums, const at::Tensor& slot) const {
  return at::addcmul(sums.pop, slot, weight_[layer + 1][layer + 1]);
}

at::Tensor LayerHistory::refine(std::int64_t layer, const Sums& sums, const at::Tensor& slot) const {
  return at::addcmul(sums.refine, slot, weight_c_[layer + 1][layer + 1]);
}

void LayerHistory::list(Parameters& parameters) const {
  parameters.push_back({"model.history.weight", weight_, Initialisation::kHistory});
  parameters.push_back({"model.history.weight_c", weight_c_, Initialisation::kHistory});
  const auto add = [&](const char* name, const std::vector<Norm>& norms) {
    for (std::size_t l = 0; l < norms.size(); ++l) {
      parameters.push_back(
          {fmt::format("model.history.{}.{}.weight", name, l), norms[l].weight, Initialisation::kOnes});
      parameters.push_back(
          {fmt::format("model.history.{}.{}.bias", name, l), norms[l].bias, Initialisation::kZeros});
    }
  };
  add("rouge_predictions_norm", predictor_norms_);
  add("layer_norms", corrector_norms_);
}

}  // namespace iiet
