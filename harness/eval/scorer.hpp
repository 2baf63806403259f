#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "harness/eval/generation.hpp"
#include "harness/eval/plan.hpp"
#include "models/language_model.hpp"

namespace iiet {

struct ScorerOptions {
  int threads = 1;                     // workers on the CPU, one forward pass each
  std::int64_t token_budget = 0;       // tokens a forward pass; 0: a default for the device
  GenerationSettings generation = {};  // of GenerateUntil requests
};

/// Called as work goes on, from one thread at a time; may throw to stop it. A generation counts with its
/// prompt and the new tokens that it may have, once it is done.
using Progress = std::function<void(std::int64_t tokens_done, std::int64_t tokens_in_all)>;

struct ScoringResult {
  std::vector<Response> responses;  // one a request, in order
  std::int64_t tokens_fed = 0;      // read by the model, shared prefixes once a pass
  std::int64_t tokens_scored = 0;   // targets, and tokens generated
  std::vector<double>
      pass_latencies_ms;  // of each forward pass, scoring of its targets or choice of tokens included
};

/// Tokenise, truncate, share prefixes, pack, un-sort: here and nowhere else. The numbers are those of one
/// request at a time up to rounding, whatever the budget and the number of threads. Const; the model and the
/// tokenizer must outlive it.
class Scorer {
 public:
  Scorer(const LanguageModel& model, Tokenization tokenization, ScorerOptions options);
  const Tokenization& tokenization() const { return tokenization_; }

  /// Throws InputError for a request that does not fit the model, Error if the model gives NaN.
  ScoringResult answer(std::span<const Request> requests, const Progress& progress = {}) const;

 private:
  class Account;
  /// Adds the answers to Loglikelihood and RollingLoglikelihood, and to GenerateUntil requests.
  void score(std::span<const TokenSequence> sequences, std::span<const Batch> batches, Account& account,
             ScoringResult& result) const;
  void generate(std::span<const PlannedGeneration> planned, Account& account, ScoringResult& result) const;

  const LanguageModel& model_;
  Tokenization tokenization_;
  ScorerOptions options_;
};

/// Log-probabilities of ids[1..] given what stands before, and the largest logits of what would follow the
/// last id.
struct IdScores {
  std::vector<double> log_probabilities;               // nats
  std::vector<std::pair<TokenId, double>> top_logits;  // largest first
};
struct IdScoring {
  std::int64_t max_length = 0;  // ids a list may hold
  std::int64_t top_logits = 0;  // how many; 0: none
};
/// Scores raw id lists of at least one id. Throws RequestError for a list that does not fit.
std::vector<IdScores> score_ids(const LanguageModel& model, std::span<const std::vector<TokenId>> lists,
                                const IdScoring& options);

}  // namespace iiet
