#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "harness/base/token.hpp"

namespace iiet {

/// Always the largest logit (of equal ones the lower id).
struct Greedy {};

/// Draws from softmax(logits / temperature), cut to the top_k largest logits (0: all; of equal ones the lower
/// ids), then to the shortest run of the most probable tokens whose probabilities sum to top_p or more. The
/// random number of a token follows from seed, prompt, hypothesis and position alone, whatever the batch.
struct Sampling {
  double temperature = 1;
  std::int64_t top_k = 0;
  double top_p = 1;
  std::uint64_t seed = 0;
};

/// Beam search by the rules of a reference program (`search_conventions`).
struct BeamSearch {
  std::int64_t beams = 5;
  double length_penalty = 1;  // alpha: a finished hypothesis scores sum / length^alpha
  bool is_normalized = true;  // false: by the sum alone
  double temperature = 1;     // logits are divided by it
  std::string convention = "fairseq";
};

/// How tokens are chosen. The prompt is given: it adds nothing to scores and lengths, but n-grams are looked
/// for in it too.
struct DecodingOptions {
  std::variant<Greedy, Sampling, BeamSearch> strategy = Greedy{};
  std::int64_t n_best = 1;               // hypotheses handed out: the best of the beam, or so many samples
  std::int64_t min_new_tokens = 0;       // end tokens are forbidden until so many tokens are out
  std::int64_t no_repeat_ngram = 0;      // no n-gram of prompt and continuation comes twice; 0: any may
  std::vector<TokenId> end_tokens = {};  // a hypothesis is finished with one of them; never seen as repeated
};

struct Prompt {
  std::vector<TokenId> ids;          // at least one
  std::int64_t max_new_tokens = 64;  // at least one; beam search: as the convention counts
};

/// Throws InputError for values that no model could take.
void validate(const DecodingOptions& options);
/// The same for what depends on the model's vocabulary.
void validate(const DecodingOptions& options, std::int64_t vocabulary);

}  // namespace iiet
