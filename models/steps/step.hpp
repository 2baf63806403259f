#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <ATen/ATen.h>

#include "models/layer_history.hpp"
#include "models/parameters.hpp"
#include "models/scheme.hpp"

namespace iiet {

/// Φ(x) = x + F(x) of one layer at the current tokens, [N,D] -> [N,D]. Every call is one evaluation (and one
/// KV slot).
using BlockMap = std::function<at::Tensor(const at::Tensor&)>;

/// One layer's numerical scheme: y_n -> y_{n+1}. Sees no cache, no block, no model.
class Step {
 public:
  virtual ~Step() = default;
  /// Replaces the state of `y`, calling `block` as often as evaluations() says.
  virtual void advance(const BlockMap& block, Trajectory& y) const = 0;
  virtual std::int64_t evaluations() const = 0;
};

/// The steps of all layers, with the parameters that they share.
struct Steps {
  std::vector<std::unique_ptr<Step>> layers;
  Leaves parameters;
};

/// Builds the steps of a variant; parameters are allocated with `options` and not yet filled.
Steps make_steps(const std::vector<Scheme>& schemes, std::int64_t width, at::TensorOptions options);

}  // namespace iiet
