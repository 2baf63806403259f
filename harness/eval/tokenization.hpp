#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/eval/request.hpp"
#include "harness/text/tokenizer/tokenizer.hpp"

namespace iiet {

/// How requests become tokens, as lm-evaluation-harness does it for a causal model.
struct Tokenization {
  const Tokenizer& tokenizer;
  bool adds_bos = false;                 // BOS in front of every text that is not empty
  std::int64_t max_length = 0;           // L: tokens a forward pass may read
  bool truncates_continuations = false;  // a continuation longer than L is cut on the left instead of refused

  /// Stands before an empty context and the first rolling window: BOS, else EOS. Throws InputError if there
  /// is neither.
  TokenId prefix_token() const;
  /// Ids of a text with the tokenizer's default special tokens. A text that starts with BOS's own spelling
  /// gets no second one.
  std::vector<TokenId> encode(std::string_view text) const;
};

/// A request that cannot be answered; says which.
class RequestError : public InputError {
 public:
  RequestError(std::size_t request, const std::string& what) : InputError(what), request_(request) {}
  std::size_t request() const { return request_; }

 private:
  std::size_t request_;
};

/// The two texts that a pair with a context is encoded from.
std::string_view context_of(
    const Loglikelihood& request);  // without its trailing white space; a view into it
std::string whole_of(const Loglikelihood& request);
struct PairIds {
  std::span<const TokenId> context, whole;
};

/// A (context, continuation) pair in tokens, before any cut. Trailing white space of the context belongs to
/// the continuation; the context is encoded alone, the continuation is what the whole has beyond its length.
/// Where a merge swallows the whole continuation, it is encoded alone.
struct EncodedPair {
  std::vector<TokenId> context, continuation;
};
EncodedPair encode_pair(const Loglikelihood& request, const Tokenization& tokenization);
/// The same where the ids of the two texts are known (not looked at without a context).
EncodedPair encode_pair(const Loglikelihood& request, const Tokenization& tokenization, PairIds ids);

/// Tokens of which the last `scored` are targets; the model reads all but the last one.
struct TokenSequence {
  std::vector<TokenId> tokens;
  std::int64_t scored = 0;
  std::size_t request = 0;
  bool truncated = false;
  std::uint32_t window = 0, windows = 1;  // its place among the sequences of its request, and their number
  /// Of raw ids: how many of the largest logits behind the last id are wanted, and each log-probability.
  std::optional<std::int64_t> top_logits = {};
};

/// Input and target windows of a rolling log-likelihood: every token is scored once; windows do not overlap
/// but for the last, which is filled up with earlier context. No tokens: no windows.
std::vector<TokenSequence> rolling_windows(std::span<const TokenId> tokens, TokenId prefix,
                                           std::int64_t max_length);

}  // namespace iiet
