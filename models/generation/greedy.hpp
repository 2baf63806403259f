#pragma once

#include <functional>
#include <span>
#include <vector>

#include "models/language_model.hpp"

namespace iiet {

struct GreedyOptions {
  std::int64_t max_new_tokens = 64;
  std::int64_t batch = 16;               // prompts decoded together
  std::vector<TokenId> end_tokens = {};  // generation stops after one of them
  std::int64_t max_length = 0;           // tokens of prompt and continuation; 0: the model's
};

/// One continuation.
struct Generated {
  std::vector<TokenId> ids;               // the end token included where it was generated
  std::vector<double> log_probabilities;  // one an id, nats
  bool finished = false;                  // ended by an end token, not by a limit
};

/// Greedy continuations of ragged prompts (each at least one id), exact per-evaluation caches, finished rows
/// leave the batch; stops at the model's length too. `done(i, result)` is called once a prompt, in input
/// order; it may throw to stop.
void generate_greedy(const LanguageModel& model, std::span<const std::vector<TokenId>> prompts,
                     const GreedyOptions& options, const std::function<void(std::size_t, Generated)>& done);

}  // namespace iiet
