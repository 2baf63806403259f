#include "models/norm.hpp"

namespace iiet {

RmsNorm::RmsNorm(std::int64_t width, double eps, at::TensorOptions options)
    : weight_(at::empty({width}, options)), eps_(eps) {}

RmsNorm RmsNorm::in(at::ScalarType arithmetic) const {
  RmsNorm result = *this;
  result.weight_ = in_type(arithmetic, weight_);
  return result;
}

at::Tensor RmsNorm::operator()(const at::Tensor& x, const Kernels& kernels) const {
  return kernels.rms_norm(x, weight_, eps_);
}

void RmsNorm::list(const std::string& name, Leaves& leaves) const {
  leaves.push_back(whole_leaf(name + ".weight", weight_, Initialisation::kOnes, /*decays=*/false));
}

LayerNorm::LayerNorm(std::int64_t width, at::TensorOptions options)
    : weight_(at::empty({width}, options)), bias_(at::empty({width}, options)) {}

at::Tensor LayerNorm::operator()(const at::Tensor& x) const {
  const at::ScalarType arithmetic = x.scalar_type();
  return at::layer_norm(x, {x.size(-1)}, in_type(arithmetic, weight_), in_type(arithmetic, bias_), 1e-5);
}

void LayerNorm::list(const std::string& name, Leaves& leaves) const {
  leaves.push_back(whole_leaf(name + ".weight", weight_, Initialisation::kOnes, /*decays=*/false));
  leaves.push_back(whole_leaf(name + ".bias", bias_, Initialisation::kZeros, /*decays=*/false));
}

}  // namespace iiet
