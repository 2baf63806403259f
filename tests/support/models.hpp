#pragma once

#include <memory>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "models/checkpoint.hpp"

namespace iiet::test {

/// Tolerance of a log-probability by type.
double tolerance(at::ScalarType type);

/// A small configuration of the variant: grouped heads, untied head, other counts in each layer.
ModelConfig small_config(const std::string& variant);

/// A model of the variant with every parameter moved away from its initial value.
std::unique_ptr<OdeTransformer> small_model(const std::string& variant, at::ScalarType type = at::kFloat);

/// Reproducible ids in [0, vocabulary).
std::vector<TokenId> random_ids(std::size_t count, std::int64_t vocabulary, std::uint64_t seed);

/// Log-probabilities of ids[1..] from one forward pass over the whole list: nothing shared, no cache.
std::vector<double> plain_log_probabilities(const LanguageModel& model, const std::vector<TokenId>& ids);

}  // namespace iiet::test
