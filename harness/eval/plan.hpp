#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/eval/request.hpp"
#include "harness/text/tokenizer/tokenizer.hpp"
#include "models/packed_tokens.hpp"

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

/// A (context, continuation) pair in tokens, before any cut. Trailing white space of the context belongs to
/// the continuation; the context is encoded alone, the continuation is what the whole has beyond its length.
/// Where a merge swallows the whole continuation, it is encoded alone.
struct EncodedPair {
  std::vector<TokenId> context, continuation;
};
EncodedPair encode_pair(const Loglikelihood& request, const Tokenization& tokenization);

/// Tokens of which the last `scored` are targets; the model reads all but the last one.
struct TokenSequence {
  std::vector<TokenId> tokens;
  std::int64_t scored = 0;
  std::size_t request = 0;
  bool truncated = false;
};

/// Input and target windows of a rolling log-likelihood: every token is scored once; windows do not overlap
/// but for the last, which is filled up with earlier context. No tokens: no windows.
std::vector<TokenSequence> rolling_windows(std::span<const TokenId> tokens, TokenId prefix,
                                           std::int64_t max_length);

/// A request that cannot be scored; says which.
class RequestError : public InputError {
 public:
  RequestError(std::size_t request, const std::string& what) : InputError(what), request_(request) {}
  std::size_t request() const { return request_; }

 private:
  std::size_t request_;
};

/// All sequences of the requests whose log-likelihood is asked for, in order of requests; each distinct text
/// is tokenised once, on `threads` threads. A continuation that does not fit throws RequestError.
std::vector<TokenSequence> encode_requests(std::span<const Request> requests,
                                           const Tokenization& tokenization, int threads);

/// One forward pass: tokens without repeats of shared prefixes, the rows whose logits are needed, and who
/// needs them.
struct Batch {
  PackedTokens tokens;
  std::vector<std::int64_t> rows;  // indices into tokens.ids, ascending, each once
  struct Needed {
    std::int64_t row = 0;  // index into `rows`
    TokenId token = 0;
    std::size_t position = 0;  // of the target in its sequence
    std::size_t sequence = 0;  // index into the sequences packed
  };
  std::vector<Needed> targets;
};

/// Packs sequences into forward passes of at most `token_budget` tokens (a longer sequence gets one of its
/// own). Sequences are sorted by their tokens, so that those with a common beginning meet; within a pass
/// every common beginning is read once.
std::vector<Batch> pack(std::span<const TokenSequence> sequences, std::int64_t token_budget);

}  // namespace iiet
