#include "harness/eval/plan.hpp"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <unordered_map>

#include "harness/base/error.hpp"
#include "harness/base/parallel.hpp"
#include "harness/base/unicode.hpp"

namespace iiet {
namespace {

constexpr std::size_t kTextsAtATime = 64;

/// Every text that the requests need, encoded once.
class EncodedTexts {
 public:
  EncodedTexts(const Tokenization& tokenization, int threads)
      : tokenization_(tokenization), threads_(threads) {}

  void want(std::string text) { index_.try_emplace(std::move(text), index_.size()); }

  void encode() {
    std::vector<const std::string*> texts(index_.size());
    for (const auto& [text, at] : index_) texts[at] = &text;
    ids_.resize(texts.size());
    parallel_for((texts.size() + kTextsAtATime - 1) / kTextsAtATime, threads_, [&](std::size_t chunk) {
      const std::size_t begin = chunk * kTextsAtATime, end = std::min(texts.size(), begin + kTextsAtATime);
      for (std::size_t i = begin; i < end; ++i) ids_[i] = tokenization_.encode(*texts[i]);
    });
  }

  const std::vector<TokenId>& ids(const std::string& text) const { return ids_[index_.at(text)]; }

 private:
  const Tokenization& tokenization_;
  int threads_;
  std::unordered_map<std::string, std::size_t> index_;
  std::vector<std::vector<TokenId>> ids_;
};

/// The two texts that a pair with a context is encoded from.
struct PairTexts {
  std::string context, whole, continuation;
};
PairTexts texts_of(const Loglikelihood& request) {
  const std::string_view context = strip_right(request.context);
  const std::string moved = request.context.substr(context.size()) + request.continuation;
  return {std::string(context), request.context + request.continuation, moved};
}

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

EncodedPair with_context(const PairTexts& texts, const Tokenization& tokenization,
                         const std::vector<TokenId>& context, const std::vector<TokenId>& whole) {
  EncodedPair pair;
  pair.context = context;
  if (whole.size() > context.size())
    pair.continuation.assign(whole.begin() + static_cast<std::ptrdiff_t>(context.size()), whole.end());
  else
    pair.continuation = tokenization.tokenizer.encode(texts.continuation);
  if (pair.context.empty()) pair.context = {tokenization.prefix_token()};
  return pair;
}

TokenSequence cut(EncodedPair pair, const Tokenization& tokenization, std::size_t request) {
  TokenSequence sequence;
  sequence.request = request;
  sequence.scored = static_cast<std::int64_t>(pair.continuation.size());
  if (sequence.scored == 0) throw RequestError(request, "the continuation has no tokens");
  if (sequence.scored > tokenization.max_length) {
    if (!tokenization.truncates_continuations)
      throw RequestError(
          request,
          fmt::format(
              "the continuation has {} tokens, the model reads at most {} (--truncate-continuations cuts it)",
              sequence.scored, tokenization.max_length));
    sequence.scored = tokenization.max_length;
  }
  sequence.tokens = std::move(pair.context);
  sequence.tokens.insert(sequence.tokens.end(), pair.continuation.begin(), pair.continuation.end());
  const auto longest = static_cast<std::size_t>(tokenization.max_length) + 1;
  if (sequence.tokens.size() > longest) {
    sequence.truncated = true;
    sequence.tokens.erase(sequence.tokens.begin(),
                          sequence.tokens.end() - static_cast<std::ptrdiff_t>(longest));
  }
  return sequence;
}

/// What the model reads of a sequence.
std::span<const TokenId> input_of(const TokenSequence& sequence) {
  return std::span(sequence.tokens).first(sequence.tokens.size() - 1);
}

std::size_t common_prefix(std::span<const TokenId> a, std::span<const TokenId> b) {
  const auto end = std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first;
  return static_cast<std::size_t>(end - a.begin());
}

/// The prefix tree of one batch: a node is a run of tokens [begin, end) of `sequence`, behind its parent's.
class PrefixTree {
 public:
  explicit PrefixTree(std::span<const TokenSequence> sequences) : sequences_(sequences) {}

  /// Adds the next sequence in sorted order, whose first `common` tokens are those of the one before.
  void add(std::size_t sequence, std::size_t common) {
    const std::size_t length = input_of(sequences_[sequence]).size();
    while (!path_.empty() && nodes_[path_.back()].begin >= common) path_.pop_back();
    if (!path_.empty() && nodes_[path_.back()].end > common) split(path_.back(), common);
    if (common < length) {
      nodes_.push_back({sequence, common, length, path_.empty() ? kNone : path_.back()});
      path_.push_back(nodes_.size() - 1);
    }
    leaves_.emplace_back(sequence, path_.back());
  }

  Batch batch() const;

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  struct Node {
    std::size_t sequence, begin, end, parent;
  };

  /// Puts a new node for the first tokens of `node` above it; the path goes on from the new one.
  void split(std::size_t node, std::size_t at) {
    nodes_.push_back({nodes_[node].sequence, nodes_[node].begin, at, nodes_[node].parent});
    nodes_[node].begin = at;
    nodes_[node].parent = nodes_.size() - 1;
    path_.back() = nodes_.size() - 1;
  }

  std::span<const TokenSequence> sequences_;
  std::vector<Node> nodes_;
  std::vector<std::size_t> path_;                            // from the root to the last leaf
  std::vector<std::pair<std::size_t, std::size_t>> leaves_;  // sequence, its last node
};

Batch PrefixTree::batch() const {
  Batch batch;
  // A parent begins at a smaller depth than its children, so this order puts it first.
  std::vector<std::size_t> order(nodes_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return nodes_[a].begin < nodes_[b].begin; });
  std::vector<std::int32_t> segment(nodes_.size());
  std::vector<std::int64_t> offset(nodes_.size());  // packed index of the node's first token
  for (const std::size_t n : order) {
    const Node& node = nodes_[n];
    segment[n] = static_cast<std::int32_t>(batch.tokens.segments.size());
    offset[n] = static_cast<std::int64_t>(batch.tokens.ids.size());
    const auto tokens = input_of(sequences_[node.sequence]).subspan(node.begin, node.end - node.begin);
    batch.tokens.ids.insert(batch.tokens.ids.end(), tokens.begin(), tokens.end());
    batch.tokens.segments.push_back(
        {static_cast<std::int64_t>(tokens.size()), node.parent == kNone ? -1 : segment[node.parent], -1});
  }
  std::vector<std::int64_t> rows;  // packed index of each target, in the order of batch.targets
  for (const auto& [sequence, leaf] : leaves_) {
    const auto& tokens = sequences_[sequence].tokens;
    std::size_t node = leaf;
    for (std::int64_t i = 0; i < sequences_[sequence].scored; ++i) {
      const std::size_t position =
          tokens.size() - 2 - static_cast<std::size_t>(i);  // its row predicts position + 1
      while (nodes_[node].begin > position) node = nodes_[node].parent;
      rows.push_back(offset[node] + static_cast<std::int64_t>(position - nodes_[node].begin));
      batch.targets.push_back({0, tokens[position + 1], position + 1, sequence});
    }
  }
  batch.rows = rows;
  std::sort(batch.rows.begin(), batch.rows.end());
  batch.rows.erase(std::unique(batch.rows.begin(), batch.rows.end()), batch.rows.end());
  for (std::size_t i = 0; i < rows.size(); ++i)
    batch.targets[i].row =
        std::lower_bound(batch.rows.begin(), batch.rows.end(), rows[i]) - batch.rows.begin();
  return batch;
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

EncodedPair encode_pair(const Loglikelihood& request, const Tokenization& tokenization) {
  if (request.context.empty()) return without_context(request, tokenization);
  const PairTexts texts = texts_of(request);
  return with_context(texts, tokenization, tokenization.encode(texts.context),
                      tokenization.encode(texts.whole));
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
    windows.push_back(std::move(window));
    done = end;
  }
  return windows;
}

std::vector<TokenSequence> encode_requests(std::span<const Request> requests,
                                           const Tokenization& tokenization, int threads) {
  EncodedTexts texts(tokenization, threads);
  for (const Request& request : requests) {
    if (const auto* rolling = std::get_if<RollingLoglikelihood>(&request)) {
      texts.want(rolling->text);
    } else if (const auto* pair = std::get_if<Loglikelihood>(&request); pair && !pair->context.empty()) {
      PairTexts pair_texts = texts_of(*pair);
      texts.want(std::move(pair_texts.context));
      texts.want(std::move(pair_texts.whole));
    }
  }
  texts.encode();
  std::vector<TokenSequence> sequences;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    if (const auto* rolling = std::get_if<RollingLoglikelihood>(&requests[i])) {
      for (TokenSequence& window :
           rolling_windows(texts.ids(rolling->text), tokenization.prefix_token(), tokenization.max_length)) {
        window.request = i;
        sequences.push_back(std::move(window));
      }
      continue;
    }
    if (std::holds_alternative<GenerateUntil>(requests[i])) continue;
    const auto& pair = std::get<Loglikelihood>(requests[i]);
    if (pair.context.empty()) {
      sequences.push_back(cut(without_context(pair, tokenization), tokenization, i));
      continue;
    }
    const PairTexts pair_texts = texts_of(pair);
    sequences.push_back(cut(
        with_context(pair_texts, tokenization, texts.ids(pair_texts.context), texts.ids(pair_texts.whole)),
        tokenization, i));
  }
  return sequences;
}

std::vector<Batch> pack(std::span<const TokenSequence> sequences, std::int64_t token_budget) {
  std::vector<std::size_t> order(sequences.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const auto x = input_of(sequences[a]), y = input_of(sequences[b]);
    const auto compared = std::lexicographical_compare_three_way(x.begin(), x.end(), y.begin(), y.end());
    return compared != 0 ? compared < 0 : a < b;
  });
  std::vector<Batch> batches;
  for (std::size_t next = 0; next < order.size();) {
    PrefixTree tree(sequences);
    std::span<const TokenId> previous;
    std::size_t tokens = 0;
    for (; next < order.size(); ++next) {
      const auto input = input_of(sequences[order[next]]);
      const std::size_t common = common_prefix(previous, input);
      if (tokens > 0 && tokens + input.size() - common > static_cast<std::size_t>(token_budget)) break;
      tree.add(order[next], common);
      tokens += input.size() - common;
      previous = input;
    }
    batches.push_back(tree.batch());
  }
  return batches;
}

}  // namespace iiet
