#include "models/norm.hpp"

namespace iiet {

RmsNorm::RmsNorm(std::int64_t width, double eps, at::TensorOptions options)
    : weight_(at::empty({width}, options)), eps_(eps) {}

at::Tensor RmsNorm::operator()(const at::Tensor& x, const Kernels& kernels) const {
  return kernels.rms_norm(x, in_type_of(x, weight_), eps_);
}

void RmsNorm::list(const std::string& name, Leaves& leaves) const {
  leaves.push_back(whole_leaf(name + ".weight", weight_, Initialisation::kOnes, /*decays=*/false));
}

LayerNorm::LayerNorm(std::int64_t width, at::TensorOptions options)
    : weight_(at::empty({width}, options)), bias_(at::empty({width}, options)) {}

at::Tensor LayerNorm::operator()(const at::Tensor& x) const {
  return at::layer_norm(x, {x.size(-1)}, in_type_of(x, weight_), in_type_of(x, bias_), 1e-5);
}

void LayerNorm::list(const std::string& name, Leaves& leaves) const {
  leaves.push_back(whole_leaf(name + ".weight", weight_, Initialisation::kOnes, /*decays=*/false));
  leaves.push_back(whole_leaf(name + ".bias", bias_, Initialisation::kZeros, /*decays=*/false));
}

}  // namespace iiet
