#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include <ATen/ATen.h>

#include "models/config.hpp"
#include "models/kv_cache.hpp"
#include "models/numerics.hpp"
#include "models/observer.hpp"
#include "models/packed_tokens.hpp"

namespace iiet {

/// log p of target tokens, and whether each was the most probable one.
struct TargetScores {
  std::vector<double> log_probabilities;  // nats
  std::vector<bool> is_greedy;            // the first largest logit is the target's
};

/// A target token after a row of hidden states.
struct Target {
  std::int64_t row = 0;
  TokenId token = 0;
};

/// What one forward pass works with besides its tokens.
struct Pass {
  KvCache* cache = nullptr;  // every segment continues its sequence; the new tokens are committed at the end
  Observer* observer = nullptr;
  Purpose purpose = Purpose::kInference;
};

/// A decoder-only model. Const after construction and safe from several threads; the caller owns the cache.
/// Gradients flow through a pass for training and through no other.
class LanguageModel {
 public:
  virtual ~LanguageModel() = default;
  virtual const ModelConfig& config() const = 0;
  virtual at::Device device() const = 0;

  /// Final hidden states (after the last norm) of the tokens in `rows` (indices into tokens.ids): [R,D].
  /// Throws InputError for an id outside the vocabulary, Error for a pack that is none.
  virtual at::Tensor hidden(const PackedTokens& tokens, std::span<const std::int64_t> rows,
                            const Pass& pass = {}) const = 0;

  /// Rows [R,D] of hidden() -> logits [R,V], float32 (float64 for a float64 model).
  using Head = std::function<at::Tensor(const at::Tensor&)>;
  /// The head, ready for many calls; not to outlive the model. Gradients flow where they are enabled.
  virtual Head head() const = 0;
  /// One call of it.
  at::Tensor logits(const at::Tensor& rows, Purpose purpose = Purpose::kInference) const;

  /// An empty cache with a slot for each layer and evaluation.
  virtual KvCache make_cache() const = 0;

  /// Scores targets, holding the logits of only a few rows at a time. No gradients: a loss is made of logits.
  virtual TargetScores score(const at::Tensor& rows, std::span<const Target> targets) const;

 protected:
  /// What hidden() throws; an implementation calls it first.
  void check(const PackedTokens& tokens, const Pass& pass) const;
};

}  // namespace iiet
