#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/eval/request_plan.hpp"
#include "models/generation/generate.hpp"

namespace iiet {

/// How GenerateUntil requests are answered.
struct GenerationSettings {
  std::int64_t beam = 1;                            // 1: greedy; more: beam search by fairseq's rules
  double length_penalty = 1;                        // of the beam search
  std::optional<std::int64_t> max_new_tokens = {};  // instead of what the requests ask for
};
DecodingOptions decoding_options(const GenerationSettings& settings);

/// What all prompts of a call have in common.
struct Decoder {
  const LanguageModel& model;
  const Tokenizer* tokenizer = nullptr;  // null: answers have no text
  DecodingOptions options = {};          // end tokens: those of end_tokens()
  std::int64_t batch = 0;                // prompts decoded together; 0: a default for the device
  std::int64_t max_length = 0;           // tokens the model may read of prompt and continuation
  int threads = 1;                       // on the CPU
};

/// The answer to a planned generation.
struct GeneratedAnswer {
  std::vector<Hypothesis> hypotheses;  // best first
  std::vector<std::string> texts;      // one a hypothesis: without special tokens, cut at the stop strings
  std::int64_t tokens_read = 0;        // by the model
};

/// Who hears of decoding; from one thread at a time; may throw to stop.
struct DecodingListener {
  std::function<void(const DecodingStep&)> after_step = {};     // after each forward pass
  std::function<void(std::size_t, GeneratedAnswer)> done = {};  // index into the planned; in any order
};

/// From prompts in tokens to texts: what tasks and the user's prompts share. Prompts are taken up in order.
/// Throws DecodingError (naming the index) if the model gives NaN.
void decode(const Decoder& decoder, std::span<const PlannedGeneration> planned,
            const DecodingListener& listener);

/// What ends a generation: the model's end tokens and the tokenizer's (null: there is none).
std::vector<TokenId> end_tokens(const ModelConfig& config, const Tokenizer* tokenizer);

}  // namespace iiet
