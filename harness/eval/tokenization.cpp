#include "harness/eval/tokenization.hpp"

#include <algorithm>

#include "harness/base/unicode.hpp"

namespace iiet {
namespace {

EncodedPair without_context(const Loglikelihood& request, const Tokenization& tokenization) {
  EncodedPair pair;
  pair.continuation = tokenization.tokenizer.encode(request.continuation);
  const TokenId prefix = tokenization.prefix_token();
  const std::string bos_text = tokenization.tokenizer.piece(prefix);
  if (!pair.continuation.empty() && pair.continuation.front() != prefix && !bos_text.empty() &&
      request.continuation.starts_with(bos_text)) {
    // SentencePiece reads the spelling of a special token as characters.
    pair.continuation =
        tokenization.tokenizer.encode(std::string_view(request.continuation).substr(bos_text.size()));
    pair.continuation.insert(pair.continuation.begin(), prefix);
  }
  pair.context = {prefix};
  if (!pair.continuation.empty() && pair.continuation.front() == prefix)
    pair.continuation.erase(pair.continuation.begin());
  return pair;
}

}  // namespace

TokenId Tokenization::prefix_token() const {
  const SpecialTokens& special = tokenizer.special();
  require(special.bos || special.eos,
          "the tokenizer has neither a BOS nor an EOS token to stand before an empty context");
  return special.bos ? *special.bos : *special.eos;
}

std::vector<TokenId> Tokenization::encode(std::string_view text) const {
  if (!adds_bos || !tokenizer.special().bos) return tokenizer.encode(text);
  const TokenId bos = *tokenizer.special().bos;
  const std::string spelling = tokenizer.piece(bos);
  if (!spelling.empty() && text.starts_with(spelling)) text.remove_prefix(spelling.size());
  std::vector<TokenId> ids = tokenizer.encode(text);
  ids.insert(ids.begin(), bos);
  return ids;
}

std::string_view context_of(const Loglikelihood& request) { return strip_right(request.context); }

std::string whole_of(const Loglikelihood& request) { return request.context + request.continuation; }

EncodedPair encode_pair(const Loglikelihood& request, const Tokenization& tokenization) {
  if (request.context.empty()) return without_context(request, tokenization);
  return encode_pair(request, tokenization,
                     {tokenization.encode(context_of(request)), tokenization.encode(whole_of(request))});
}

EncodedPair encode_pair(const Loglikelihood& request, const Tokenization& tokenization, PairIds ids) {
  if (request.context.empty()) return without_context(request, tokenization);
  EncodedPair pair{std::vector<TokenId>(ids.context.begin(), ids.context.end()), {}};
  if (ids.whole.size() > ids.context.size()) {
    const auto rest = ids.whole.subspan(ids.context.size());
    pair.continuation.assign(rest.begin(), rest.end());
  } else {
    const std::string moved = request.context.substr(context_of(request).size());
    pair.continuation = tokenization.tokenizer.encode(moved + request.continuation);
  }
  if (pair.context.empty()) pair.context = {tokenization.prefix_token()};
  return pair;
}

std::vector<TokenSequence> rolling_windows(std::span<const TokenId> tokens, TokenId prefix,
                                           std::int64_t max_length) {
  std::vector<TokenSequence> windows;
  const auto length = static_cast<std::size_t>(max_length);
  for (std::size_t done = 0; done < tokens.size();) {
    TokenSequence window;
    const std::size_t count = std::min(length, tokens.size() - done), end = done + count;
    // The first window starts with the prefix token; later ones with as much of what went before as fits.
    const std::size_t begin = done == 0 ? 0 : end - length - 1;
    if (done == 0) window.tokens.push_back(prefix);
    window.tokens.insert(window.tokens.end(), tokens.begin() + static_cast<std::ptrdiff_t>(begin),
                         tokens.begin() + static_cast<std::ptrdiff_t>(end));
    window.scored = static_cast<std::int64_t>(count);
    window.window = static_cast<std::uint32_t>(windows.size());
    windows.push_back(std::move(window));
    done = end;
  }
  for (TokenSequence& window : windows) window.windows = static_cast<std::uint32_t>(windows.size());
  return windows;
}

}  // namespace iiet
