#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/base/error.hpp"

namespace iiet {

// What a model made of a document, as metrics see it. Texts are slices of what whoever makes an outcome
// keeps.

/// One of several options is right. All lists have one entry an option.
struct ChoiceOutcome {
  std::vector<double> loglikelihoods;  // nats
  std::vector<bool> greedy;            // greedy decoding would write it
  std::vector<std::string_view> texts;
  std::size_t gold = 0;
};

/// One continuation of one context.
struct CompletionOutcome {
  double loglikelihood = 0;  // nats
  bool is_greedy = false;
};

/// A text scored as a whole.
struct PassageOutcome {
  double loglikelihood = 0;          // nats
  std::size_t words = 0, bytes = 0;  // what perplexities are normalised by
};

/// What does not count when an answer is compared with a reference (exact_match): taken out of both, in this
/// order.
struct Comparison {
  std::span<const std::string_view> ignored_patterns = {};  // as of Python's `re`; of static life
  bool ignores_case = false;
  bool ignores_punctuation = false;  // that of ASCII
  bool ignores_digits = false;       // 0 to 9
};

/// A generated text and what it is compared with: at least one reference.
struct TextOutcome {
  std::string_view answer;
  std::vector<std::string_view> references;
  Comparison comparison = {};
};

using Outcome = std::variant<ChoiceOutcome, CompletionOutcome, PassageOutcome, TextOutcome>;

/// The outcome as a T, for metrics of one kind; throws Error naming the metric for another kind.
template <typename T>
const T& expect_outcome(const Outcome& outcome, std::string_view metric) {
  if (const T* expected = std::get_if<T>(&outcome)) return *expected;
  throw Error(fmt::format("metric '{}' has no meaning for this kind of sample", metric));
}

}  // namespace iiet
