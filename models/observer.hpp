#pragma once

#include <cstdint>

#include <ATen/ATen.h>

namespace iiet {

/// Watches one forward pass (Pass::observer in models/language_model.hpp), in the order in which things
/// happen: influence of iterations, residuals, timing and early exits are observers. Tensors are those of the
/// pass: read, not written; on CUDA they may still be under way. A pass without an observer pays one
/// comparison an evaluation.
class Observer {
 public:
  enum class Verdict { kGoOn, kStop };

  virtual ~Observer() = default;
  /// The state before the first layer, [N,D].
  virtual void embedded([[maybe_unused]] const at::Tensor& state) {}
  /// What evaluation number `evaluation` (from 0) of the layer's block gave, Φ(x) [N,D].
  virtual void evaluated([[maybe_unused]] std::int64_t layer, [[maybe_unused]] std::int64_t evaluation,
                         [[maybe_unused]] const at::Tensor& output) {}
  /// The state behind a layer, [N,D], before any final norm. With kStop the pass ends here: its result is the
  /// final norm of this state, and a cache forgets the tokens of this pass (its later layers have not seen
  /// them).
  virtual Verdict layer_ended([[maybe_unused]] std::int64_t layer, [[maybe_unused]] const at::Tensor& state) {
    return Verdict::kGoOn;
  }
};

}  // namespace iiet
