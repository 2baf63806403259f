#pragma once

#include <string>

#include "models/kernels/kernels.hpp"
#include "models/parameters.hpp"

namespace iiet {

/// x / sqrt(mean(x²) + eps) * weight over the last dimension, [N,D] -> [N,D]; x in the type of the weight.
class RmsNorm {
 public:
  RmsNorm(std::int64_t width, double eps, at::TensorOptions options);
  /// The same numbers in the type of the arithmetic.
  RmsNorm in(at::ScalarType arithmetic) const;
  at::Tensor operator()(const at::Tensor& x, const Kernels& kernels) const;
  void list(const std::string& name, Leaves& leaves) const;

 private:
  at::Tensor weight_;  // [D]
  double eps_;
};

/// torch.nn.LayerNorm with its default eps of 1e-5, which history and stage norms always have; [N,D] ->
/// [N,D].
class LayerNorm {
 public:
  LayerNorm(std::int64_t width, at::TensorOptions options);
  at::Tensor operator()(const at::Tensor& x) const;
  void list(const std::string& name, Leaves& leaves) const;

 private:
  at::Tensor weight_, bias_;  // [D]
};

}  // namespace iiet
