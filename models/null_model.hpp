#pragma once

#include "models/language_model.hpp"

namespace iiet {

/// A model that costs nothing: every token is equally probable, whatever stands before it; greedy decoding
/// gives token 0. It measures what surrounds a model. Marked as untrained.
class NullModel : public LanguageModel {
 public:
  /// Takes vocabulary, length and special tokens of the configuration; has no layers and no width.
  explicit NullModel(ModelConfig config);

  const ModelConfig& config() const override { return config_; }
  at::Device device() const override { return at::kCPU; }
  /// [R,0]
  at::Tensor hidden(const PackedTokens& tokens, std::span<const std::int64_t> rows,
                    const Pass& pass = {}) const override;
  Head head() const override;
  KvCache make_cache() const override;
  TargetScores score(const at::Tensor& rows, std::span<const Target> targets) const override;

 private:
  ModelConfig config_;
};

}  // namespace iiet
