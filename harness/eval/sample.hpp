#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "harness/metric/outcome.hpp"

namespace iiet {

/// One way to answer. An option carries its own context: WinoGrande is an ordinary Choice.
struct Option {
  std::string context;
  std::string continuation;  // what is scored, delimiter included
  std::string text;          // the choice as the data has it: its length normalises acc_norm
};

/// One of several options is right.
struct Choice {
  std::vector<Option> options;
  std::size_t gold = 0;
};

/// One continuation of one context (LAMBADA).
struct Completion {
  std::string context, continuation;
};

/// A text scored as a whole (perplexity).
struct Passage {
  std::string text;
  std::size_t words = 0, bytes = 0;  // the counts that perplexities are normalised by
};

/// A text to generate, and what it is compared with.
struct Generation {
  std::string prompt = {};
  std::vector<std::string> stops = {};       // generation ends at the first of them, which is cut off
  std::int64_t max_new_tokens = 256;         // the prompt is cut on the left to leave room for them
  std::vector<std::string> references = {};  // at least one
  Comparison comparison = {};
};

/// What a document of a task turns into.
using Sample = std::variant<Choice, Completion, Passage, Generation>;

}  // namespace iiet
