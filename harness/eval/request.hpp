#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "harness/base/token.hpp"
#include "harness/eval/sample.hpp"

namespace iiet {

/// log p(continuation | context), natural logarithm, summed over tokens.
struct Loglikelihood {
  std::string context, continuation;
};

/// log p(text), every token scored once, in windows of the model's length.
struct RollingLoglikelihood {
  std::string text;
};

/// Text that follows the prompt, up to the first stop string, the end symbol or the limit.
struct GenerateUntil {
  std::string prompt;
  std::vector<std::string> stops;
  std::int64_t max_new_tokens = 256;
};

/// Log-probabilities of ids[1..], each given what stands before it; nothing is added to the ids. The raw ids
/// of an encoder-decoder's source and target will be a kind beside this one.
struct RawIds {
  std::vector<TokenId> ids;     // at least one
  std::int64_t top_logits = 0;  // how many of the largest logits of what would follow the last id
};

using Request = std::variant<Loglikelihood, RollingLoglikelihood, GenerateUntil, RawIds>;

/// The answer to one request.
struct Response {
  double loglikelihood = 0;  // nats
  bool is_greedy = false;    // every scored token was the most probable one (Loglikelihood only)
  std::int64_t tokens = 0;   // tokens scored, or generated
  bool truncated = false;    // context cut on the left to the model's length
  std::string text = {};     // generated, stop string and what follows it cut off (GenerateUntil only)
  std::vector<double> log_probabilities = {};               // nats, one an id (RawIds only)
  std::vector<std::pair<TokenId, double>> top_logits = {};  // largest first (RawIds only)

  friend bool operator==(const Response&, const Response&) = default;
};

/// The requests of a sample, in the order in which lm-evaluation-harness makes them.
std::vector<Request> requests_of(const Sample& sample);

}  // namespace iiet
