#pragma once

#include <memory>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "models/checkpoint.hpp"
#include "models/generation/generate.hpp"

namespace iiet::test {

/// Tolerance of a log-probability by type.
double tolerance(at::ScalarType type);

/// A small configuration of the variant: grouped heads, untied head, other counts in each layer.
ModelConfig small_config(const std::string& variant);

/// A model of the variant with every parameter moved away from its initial value.
std::unique_ptr<OdeTransformer> small_model(const std::string& variant, Numerics numerics = at::kFloat);
std::unique_ptr<OdeTransformer> small_model(const ModelConfig& config, Numerics numerics = at::kFloat);

/// Reproducible ids in [0, vocabulary).
std::vector<TokenId> random_ids(std::size_t count, std::int64_t vocabulary, std::uint64_t seed);

/// Log-probabilities of ids[1..] from one forward pass over the whole list: nothing shared, no cache.
std::vector<double> plain_log_probabilities(const LanguageModel& model, const std::vector<TokenId>& ids);

/// `count` tokens behind each prompt at most.
std::vector<Prompt> prompts_of(const std::vector<std::vector<TokenId>>& ids, std::int64_t count);

/// All hypotheses of all prompts; checks that each is handed out once.
std::vector<std::vector<Hypothesis>> generated(const LanguageModel& model, const std::vector<Prompt>& prompts,
                                               const DecodingOptions& options, DecodingRun run = {});

/// The ids of the best hypotheses.
std::vector<std::vector<TokenId>> best_ids(const std::vector<std::vector<Hypothesis>>& all);

}  // namespace iiet::test
