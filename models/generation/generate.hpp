#pragma once

#include <functional>
#include <span>
#include <vector>

#include "models/generation/search.hpp"
#include "models/language_model.hpp"

namespace iiet {

/// What came of a prompt.
struct DecodedPrompt {
  std::vector<Hypothesis> hypotheses;  // best first
  std::int64_t tokens_read = 0;        // by the model: the prompt once, then a token a live hypothesis
};

/// What one forward pass did.
struct DecodingStep {
  std::size_t prompts = 0;         // that took part
  std::int64_t tokens_read = 0;    // by the model
  std::int64_t prompt_tokens = 0;  // of them, those of prompts
  double milliseconds = 0;
};

/// How a list of prompts is worked through. The calls come from one thread at a time; `done` and `after_step`
/// may throw to stop the work.
struct DecodingRun {
  std::int64_t batch = 16;      // prompts decoded together; each has as many rows as live hypotheses
  std::int64_t max_length = 0;  // tokens the model may read of prompt and continuation; 0: the model's
  int threads = 1;              // on the CPU: shared out to workers where prompts fill more than one batch
  /// True if a continuation ends with its last token; called once for each candidate, in any order, from
  /// several threads at a time.
  std::function<bool(std::size_t prompt, std::span<const TokenId> generated)> stops = {};
  /// Called once a prompt, as soon as it is done: in any order.
  std::function<void(std::size_t prompt, DecodedPrompt)> done = {};
  /// Called after each forward pass, behind `done` of what ended in it.
  std::function<void(const DecodingStep&)> after_step = {};
};

/// Continues ragged prompts. Each is read once, into a per-evaluation cache that its hypotheses share;
/// finished ones leave the batch and waiting prompts take their places. The ids are those of one prompt at a
/// time (the last digits of float32 log-probabilities may depend on the batch). Throws InputError for a
/// prompt that does not fit the model and for options that do not, DecodingError if the model gives NaN.
void generate(const LanguageModel& model, std::span<const Prompt> prompts, const DecodingOptions& options,
              const DecodingRun& run);

}  // namespace iiet
