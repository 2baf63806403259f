#include "models/linear.hpp"

namespace iiet {

Linear::Linear(Shape shape, Bias bias, at::TensorOptions options)
    : weight_(at::empty({shape.outputs, shape.inputs}, options)) {
  if (bias == Bias::kAdded) bias_ = at::empty({shape.outputs}, options);
}

Linear Linear::in(at::ScalarType arithmetic) const {
  Linear result(in_type(arithmetic, weight_));
  if (bias_.defined()) result.bias_ = in_type(arithmetic, bias_);
  return result;
}

at::Tensor Linear::operator()(const at::Tensor& x) const { return at::linear(x, weight_, bias_); }

void Linear::list(const std::vector<Part>& parts, Leaves& leaves) const {
  const auto add = [&](const at::Tensor& tensor, const char* suffix, Initialisation initialisation) {
    Leaf leaf{tensor, {}, initialisation, /*decays=*/initialisation == Initialisation::kNormal};
    std::int64_t begin = 0;
    for (const Part& part : parts) {
      leaf.slices.push_back({part.name + suffix, begin, begin + part.rows});
      begin += part.rows;
    }
    leaves.push_back(std::move(leaf));
  };
  add(weight_, ".weight", Initialisation::kNormal);
  if (bias_.defined()) add(bias_, ".bias", Initialisation::kZeros);
}

void Linear::list(const std::string& name, Leaves& leaves) const { list({{name, weight_.size(0)}}, leaves); }

}  // namespace iiet
