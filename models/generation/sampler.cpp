#include "models/generation/sampler.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace iiet {
namespace {

struct Weighted {
  TokenId token;
  double weight;  // proportional to the probability
};

bool is_better(const Weighted& a, const Weighted& b) {
  return a.weight != b.weight ? a.weight > b.weight : a.token < b.token;
}

double sum_of(std::span<const Weighted> tokens) {
  double sum = 0;
  for (const Weighted& t : tokens) sum += t.weight;
  return sum;
}

}  // namespace

template <typename Real>
TokenDistribution::TokenDistribution(std::span<const Real> logits, const Sampling& sampling) {
  const Real largest = *std::max_element(logits.begin(), logits.end());
  if (largest == -std::numeric_limits<Real>::infinity()) return;
  std::vector<Weighted> tokens;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const double weight =
        std::exp((static_cast<double>(logits[i]) - static_cast<double>(largest)) / sampling.temperature);
    if (weight > 0) tokens.push_back({static_cast<TokenId>(i), weight});
  }
  if (const auto k = static_cast<std::size_t>(sampling.top_k); k > 0 && k < tokens.size()) {
    std::nth_element(tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(k - 1), tokens.end(),
                     is_better);
    tokens.resize(k);
  }
  if (sampling.top_p < 1) {
    // All tokens below this weight together have less than 1 - top_p: they need not be sorted.
    const double all = sum_of(tokens),
                 floor = (1 - sampling.top_p) * all / static_cast<double>(tokens.size());
    std::erase_if(tokens, [&](const Weighted& t) { return t.weight < floor; });
    std::sort(tokens.begin(), tokens.end(), is_better);
    double sum = 0;
    std::size_t kept = 0;
    while (kept < tokens.size() && sum < sampling.top_p * all) sum += tokens[kept++].weight;
    tokens.resize(kept);
  }
  // By ids: an order by weights would hang on the last digits of the logits, and those on the batch.
  std::sort(tokens.begin(), tokens.end(),
            [](const Weighted& a, const Weighted& b) { return a.token < b.token; });
  double sum = 0;
  for (const Weighted& t : tokens) {
    tokens_.push_back(t.token);
    cumulative_.push_back(sum += t.weight);
  }
}

template TokenDistribution::TokenDistribution(std::span<const float>, const Sampling&);
template TokenDistribution::TokenDistribution(std::span<const double>, const Sampling&);

TokenId TokenDistribution::at(double draw) const {
  const auto found = std::upper_bound(cumulative_.begin(), cumulative_.end(), draw * cumulative_.back());
  return tokens_[std::min(static_cast<std::size_t>(found - cumulative_.begin()), tokens_.size() - 1)];
}

}  // namespace iiet
