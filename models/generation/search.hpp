#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/base/error.hpp"
#include "models/generation/options.hpp"

namespace iiet {

enum class Ending { kLimit, kEndToken, kStop };

/// One continuation of a prompt.
struct Hypothesis {
  std::vector<TokenId> ids;               // the end token included where it was generated
  std::vector<double> log_probabilities;  // one an id, nats. Beam search: differences of cumulative scores
  double score = 0;                       // their sum; beam search: as its convention scores it
  Ending ending = Ending::kLimit;
};

/// A prompt that the model has no numbers for.
class DecodingError : public Error {
 public:
  DecodingError(std::size_t prompt, const std::string& what) : Error(what), prompt_(prompt) {}
  std::size_t prompt() const { return prompt_; }

 private:
  std::size_t prompt_;
};

/// A token that may come next.
struct Candidate {
  TokenId token = 0;
  double log_probability = 0;  // the model's
  double score = 0;            // of the hypothesis with it, where the query gave one
};

/// What a search asks about the tokens behind one live hypothesis.
struct TokenQuery {
  std::int64_t count = 1;  // so many of the best tokens, best first, of equal ones the lower id
  std::optional<double> score =
      {};                          // ranks by score + log p, rounded to the type of the logits, not by logits
  std::vector<double> draws = {};  // sampling: numbers in [0, 1), each gives a token instead
  std::vector<TokenId> forbidden =
      {};                        // never among the answers; probabilities are not renormalised in ranking
  bool only_end_tokens = false;  // only these are among the answers
};

/// The hypothesis `parent` of the last queries goes on with `token`.
struct Continuation {
  std::size_t parent = 0;
  TokenId token = 0;
};

/// What a search knows about its prompt. Everything referred to outlives the search.
struct SearchContext {
  const DecodingOptions& options;
  std::size_t prompt_number = 0;
  std::span<const TokenId> prompt;
  std::int64_t max_new_tokens = 0;
  std::int64_t tokens_left = 0;  // that the model can read behind the prompt
  std::int64_t vocabulary = 0;
  /// True if a continuation ends by a stop rule with its last token; may be empty.
  const std::function<bool(std::size_t prompt_number, std::span<const TokenId> generated)>& stops;
};

/// The decisions of one prompt's decoding: no tensors, no model. It starts with one live hypothesis, the
/// prompt.
class Search {
 public:
  virtual ~Search() = default;
  /// One query a live hypothesis, in order.
  virtual std::vector<TokenQuery> queries() const = 0;
  /// Takes the answers and returns the hypotheses that are live now; none: the search has ended.
  virtual std::vector<Continuation> advance(std::span<const std::vector<Candidate>> answers) = 0;
  /// The hypotheses found, best first. For use at the end.
  virtual std::vector<Hypothesis> results() = 0;
};

/// A beam search as one reference program does it. Another one is a file with its Search and a line in the
/// list.
struct SearchConvention {
  std::string name;
  std::int64_t default_min_new_tokens = 0;
  std::unique_ptr<Search> (*make)(const SearchContext& context);
};
const std::vector<SearchConvention>& search_conventions();
/// Throws InputError naming the known ones.
const SearchConvention& search_convention(const std::string& name);

/// Greedy decoding or sampling: n_best hypotheses that know nothing of each other. Ends at max_new_tokens.
std::unique_ptr<Search> make_independent_search(const SearchContext& context);

/// The search that the options ask for.
std::unique_ptr<Search> make_search(const SearchContext& context);

/// Tokens that would make an n-gram of prompt + generated come twice; end tokens are never among them.
std::vector<TokenId> repeating_tokens(const SearchContext& context, std::span<const TokenId> generated);

}  // namespace iiet
