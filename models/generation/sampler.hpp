#pragma once

#include <optional>
#include <span>
#include <vector>

#include "models/generation/options.hpp"

namespace iiet {

/// The tokens that sampling may draw from a row of logits, by ascending ids, and their probabilities before
/// the last renormalisation, summed up. Logits of -infinity have none. Of ids that are equally probable the
/// lower is kept.
class TokenDistribution {
 public:
  template <typename Real>
  TokenDistribution(std::span<const Real> logits, const Sampling& sampling);
  bool empty() const { return tokens_.empty(); }
  const std::vector<TokenId>& tokens() const { return tokens_; }
  /// The token at `draw` in [0, 1) of the cumulative distribution.
  TokenId at(double draw) const;

 private:
  std::vector<TokenId> tokens_;
  std::vector<double> cumulative_;
};

}  // namespace iiet
