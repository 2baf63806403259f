#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/eval/plan.hpp"
#include "harness/text/tokenizer/stop_strings.hpp"
#include "models/generation/generate.hpp"

namespace iiet {

/// How GenerateUntil requests are answered.
struct GenerationSettings {
  std::int64_t beam = 1;                            // 1: greedy; more: beam search by fairseq's rules
  double length_penalty = 1;                        // of the beam search
  std::optional<std::int64_t> max_new_tokens = {};  // instead of what the requests ask for
};

/// A GenerateUntil request in tokens.
struct PlannedGeneration {
  std::size_t request = 0;
  Prompt prompt;
  bool truncated = false;  // prompt cut on the left, so that it and the new tokens fit the model
  StopStrings stops;       // the request's, then the text of EOS
};

/// The GenerateUntil requests among `requests`, in order. An empty prompt is the prefix token. Throws
/// RequestError where the new tokens leave no room for a prompt.
std::vector<PlannedGeneration> plan_generations(std::span<const Request> requests,
                                                const Tokenization& tokenization,
                                                const GenerationSettings& settings);

/// The answer to a planned generation.
struct GeneratedAnswer {
  Hypothesis hypothesis;
  std::string text;  // without special tokens, cut at the stop strings
};

/// How planned generations are worked through.
struct GenerationWork {
  GenerationSettings settings = {};
  int threads = 1;  // on the CPU
  /// Called after each forward pass, from one thread at a time; may throw to stop.
  std::function<void(const DecodingStep&)> after_step = {};
  /// Called for each answer, from one thread at a time, in any order: index into the planned generations.
  std::function<void(std::size_t, GeneratedAnswer)> done = {};
};

/// Decodes the best answers, longest prompts first. Throws DecodingError (naming the request) if the model
/// gives NaN.
void answer_generations(const LanguageModel& model, const Tokenization& tokenization,
                        std::span<const PlannedGeneration> planned, const GenerationWork& work);

/// What ends a generation: the model's end tokens and the tokenizer's (null: there is none).
std::vector<TokenId> end_tokens(const ModelConfig& config, const Tokenizer* tokenizer);

/// Text of a hypothesis: without special tokens and the end token, cut at the stop strings.
std::string text_of(const Hypothesis& hypothesis, const Tokenizer& tokenizer, const StopStrings& stops);

}  // namespace iiet
