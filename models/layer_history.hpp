#pragma once

#include <vector>

#include <ATen/ATen.h>

#include "models/parameters.hpp"

namespace iiet {

/// What a forward pass knows about the depth it has crossed. A local variable, never a member.
struct Trajectory {
  at::Tensor state;               // [N,D], y_n
  std::vector<at::Tensor> nodes;  // s_0 … s_n of the layer history; empty for schemes without one
};

/// The learned combination of all layers' outputs that PCformer and IIET share (models.md 1.2; released code
/// layer_history.py). Slot s_0 is the embedding, s_{l+1} belongs to layer l. For layer l:
///   pop    = Σ_{k<=l+1} W[l+1,k] s_k       refine = Σ_{k<=l+1} W_c[l+1,k] s_k
/// The part over k <= l is constant within a layer, so it is summed once (`begin`).
class LayerHistory {
 public:
  LayerHistory(std::int64_t layers, std::int64_t width, at::TensorOptions options);

  /// The sums over k <= l, [N,D] each.
  struct Sums {
    at::Tensor pop, refine;
  };
  Sums begin(std::int64_t layer, const std::vector<at::Tensor>& nodes) const;

  /// LNp[l] of the predictor's output, LNc[l] of a corrector's: what slot l+1 holds.
  at::Tensor predicted(std::int64_t layer, const at::Tensor& y) const;
  at::Tensor corrected(std::int64_t layer, const at::Tensor& y) const;

  at::Tensor pop(std::int64_t layer, const Sums& sums, const at::Tensor& slot) const;
  at::Tensor refine(std::int64_t layer, const Sums& sums, const at::Tensor& slot) const;

  void list(Parameters& parameters) const;

 private:
  struct Norm {
    at::Tensor weight, bias;
  };
  at::Tensor weight_, weight_c_;  // [L+1,L+1]
  std::vector<Norm> predictor_norms_, corrector_norms_;
};

/// torch.nn.LayerNorm with its default eps of 1e-5, which history and stage norms always have.
at::Tensor layer_norm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias);

}  // namespace iiet
