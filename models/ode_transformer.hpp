#pragma once

#include <optional>
#include <vector>

#include "models/block.hpp"
#include "models/embedding.hpp"
#include "models/language_model.hpp"
#include "models/steps/step.hpp"

namespace iiet {

/// Every decoder-only variant: embedding, one step of the variant's scheme a layer with the layer's block as
/// Φ, final RMSNorm, head (tied or not).
class OdeTransformer : public LanguageModel {
 public:
  /// Parameters are allocated and not yet filled. config.tie_word_embeddings must be set.
  OdeTransformer(ModelConfig config, const Numerics& numerics, at::Device device);

  const ModelConfig& config() const override { return config_; }
  at::Device device() const override { return embedding_.device(); }
  at::Tensor hidden(const PackedTokens& tokens, std::span<const std::int64_t> rows,
                    const Pass& pass = {}) const override;
  Head head() const override;
  KvCache make_cache() const override;

  /// Every leaf once: what an optimiser changes and, by its slices, what a checkpoint holds.
  Leaves parameters() const;
  std::int64_t parameter_count() const;
  const Numerics& numerics() const { return numerics_; }

 private:
  BlockContext context_of(const PackedTokens& tokens, const Pass& pass) const;
  at::Tensor embed(const PackedTokens& tokens) const;
  void advance(std::size_t layer, const BlockContext& context, Trajectory& y) const;
  /// All layers, or as many as the observer lets pass; the cache then has the new tokens or not.
  void cross(const BlockContext& context, Trajectory& y) const;

  ModelConfig config_;
  Numerics numerics_;
  Embedding embedding_;
  std::optional<Linear> head_;  // D -> V; none: tied to the embedding
  at::Tensor frequencies_;      // [C/2]
  std::vector<Block> blocks_;
  Steps steps_;
  std::vector<std::int64_t> first_slot_;  // of each layer
  RmsNorm final_norm_;
};

}  // namespace iiet
