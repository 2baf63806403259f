#pragma once

#include <vector>

#include <ATen/ATen.h>

#include "models/numerics.hpp"

namespace iiet {

/// The nodes s_0, s_1, … of the layer history in one forward pass, [N,D] each, in one buffer that fills as
/// layers end. Every sum over nodes is a product with its first rows; for training the graph keeps this one
/// buffer for all of them, so what backward needs grows with the number of layers and not with its square.
class HistoryNodes {
 public:
  HistoryNodes() = default;
  explicit HistoryNodes(Purpose purpose) : purpose_(purpose) {}

  /// The next node; `capacity` nodes will come in the whole pass.
  void append(const at::Tensor& node, std::int64_t capacity);
  std::int64_t count() const { return count_; }

  /// weights [R,count] -> Σ_k weights[r,k] s_k, [R,N,D]. Gradients (for training, once differentiable) reach
  /// weights and nodes.
  at::Tensor combine(const at::Tensor& weights) const;

 private:
  Purpose purpose_ = Purpose::kInference;
  at::Tensor buffer_;  // [capacity,N,D]
  std::int64_t count_ = 0;
  std::vector<at::Tensor> nodes_;  // for training: as the graph has them
};

}  // namespace iiet
