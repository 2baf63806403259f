#pragma once

#include <vector>

#include <ATen/ATen.h>

#include "models/history_nodes.hpp"
#include "models/norm.hpp"

namespace iiet {

/// What a forward pass knows about the depth it has crossed. A local variable, never a member.
struct Trajectory {
  at::Tensor state;    // [N,D], y_n
  HistoryNodes nodes;  // s_0 … s_n of the layer history; empty for schemes without one
};

/// The learned combination of all layers' outputs that PCformer and IIET share (models.md 1.2; released code
/// layer_history.py). Slot s_0 is the embedding, s_{l+1} belongs to layer l. For layer l:
///   pop    = Σ_{k<=l+1} W[l+1,k] s_k       refine = Σ_{k<=l+1} W_c[l+1,k] s_k
/// The part over k <= l is constant within a layer, so it is summed once (`begin`).
class LayerHistory {
 public:
  LayerHistory(std::int64_t layers, std::int64_t width, at::TensorOptions options);

  /// A layer's sums over k <= l, [N,D] each, and the weights of its own slot.
  struct Sums {
    at::Tensor pop, refine;
    at::Tensor pop_weight, refine_weight;  // scalars
  };
  /// Starts a layer; the first one also makes the state s_0.
  Sums begin(std::int64_t layer, Trajectory& y) const;
  /// Ends a layer: its state becomes the refined one, its slot a node.
  void end(const Sums& sums, const at::Tensor& slot, Trajectory& y) const;

  /// LNp[l] of the predictor's output, LNc[l] of a corrector's: what slot l+1 holds.
  at::Tensor predicted(std::int64_t layer, const at::Tensor& y) const { return predictor_norms_[layer](y); }
  at::Tensor corrected(std::int64_t layer, const at::Tensor& y) const { return corrector_norms_[layer](y); }

  at::Tensor pop(const Sums& sums, const at::Tensor& slot) const;

  void list(Leaves& leaves) const;

 private:
  std::int64_t capacity() const { return weights_.size(1); }

  at::Tensor weights_;  // [2(L+1),L+1]: W, below it W_c
  std::vector<LayerNorm> predictor_norms_, corrector_norms_;
};

}  // namespace iiet
