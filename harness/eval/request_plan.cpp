#include "harness/eval/request_plan.hpp"

#include <algorithm>
#include <unordered_map>

#include "harness/base/parallel.hpp"
#include "harness/base/sha256.hpp"

namespace iiet {
namespace {

constexpr std::size_t kRequestsAtATime = 4096, kTextsAtATime = 64;

void add_ids(Sha256& sum, std::span<const TokenId> ids) {
  sum.add(static_cast<std::int64_t>(ids.size()));
  sum.add(std::string_view(reinterpret_cast<const char*>(ids.data()), ids.size_bytes()));
}

/// The pair's tokens cut on the left to what the model reads, its last token being a target only.
TokenSequence fitted(EncodedPair pair, const Tokenization& tokenization, std::size_t request) {
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
  const std::size_t in_all = pair.context.size() + pair.continuation.size();
  const std::size_t kept = std::min(in_all, static_cast<std::size_t>(tokenization.max_length) + 1);
  sequence.truncated = kept < in_all;
  sequence.tokens.reserve(kept);
  for (std::size_t i = in_all - kept; i < in_all; ++i)
    sequence.tokens.push_back(i < pair.context.size() ? pair.context[i]
                                                      : pair.continuation[i - pair.context.size()]);
  return sequence;
}

}  // namespace

/// Distinct texts, each encoded once.
class RequestPlanner::Texts {
 public:
  /// The place of a text among them.
  std::size_t want(std::string text) {
    return index_.try_emplace(std::move(text), index_.size()).first->second;
  }

  void encode(const Tokenization& tokenization, int threads) {
    std::vector<const std::string*> texts(index_.size());
    for (const auto& [text, at] : index_) texts[at] = &text;
    ids_.resize(texts.size());
    parallel_for((texts.size() + kTextsAtATime - 1) / kTextsAtATime, threads, [&](std::size_t chunk) {
      const std::size_t begin = chunk * kTextsAtATime, end = std::min(texts.size(), begin + kTextsAtATime);
      for (std::size_t i = begin; i < end; ++i) ids_[i] = tokenization.encode(*texts[i]);
    });
  }

  /// None for the first place of no text at all.
  std::span<const TokenId> operator[](std::size_t place) const {
    return place < ids_.size() ? std::span<const TokenId>(ids_[place]) : std::span<const TokenId>();
  }

 private:
  std::unordered_map<std::string, std::size_t> index_;
  std::vector<std::vector<TokenId>> ids_;
};

void RequestPlanner::add(std::size_t number, Request request) {
  waiting_.push_back({number, std::move(request)});
  if (waiting_.size() >= kRequestsAtATime) plan_waiting();
}

void RequestPlanner::plan_waiting() {
  Texts texts;
  for (Waiting& w : waiting_) {
    if (const auto* pair = std::get_if<Loglikelihood>(&w.request); pair && !pair->context.empty()) {
      w.context = texts.want(std::string(context_of(*pair)));
      w.text = texts.want(whole_of(*pair));
    } else if (auto* rolling = std::get_if<RollingLoglikelihood>(&w.request)) {
      w.text = texts.want(std::move(rolling->text));
    } else if (auto* generation = std::get_if<GenerateUntil>(&w.request)) {
      w.text = texts.want(std::move(generation->prompt));
    }
  }
  texts.encode(tokenization_, options_.threads);
  for (Waiting& w : waiting_) {
    const auto ids = texts[w.text];
    if (const auto* pair = std::get_if<Loglikelihood>(&w.request))
      plan(w.number, *pair, {texts[w.context], ids});
    else if (const auto* generation = std::get_if<GenerateUntil>(&w.request))
      plan(w.number, *generation, {ids.begin(), ids.end()});
    else if (auto* raw = std::get_if<RawIds>(&w.request))
      plan(w.number, std::move(*raw));
    else
      plan(w.number, ids);
  }
  waiting_.clear();
}

void RequestPlanner::plan(std::size_t number, const Loglikelihood& request, PairIds ids) {
  plan_.sequences.push_back(fitted(encode_pair(request, tokenization_, ids), tokenization_, number));
}

void RequestPlanner::plan(std::size_t number, std::span<const TokenId> text) {
  auto windows = rolling_windows(text, tokenization_.prefix_token(), tokenization_.max_length);
  if (windows.empty()) plan_.empty.push_back(number);
  for (TokenSequence& window : windows) {
    window.request = number;
    plan_.sequences.push_back(std::move(window));
  }
}

void RequestPlanner::plan(std::size_t number, RawIds request) {
  TokenSequence sequence;
  sequence.request = number;
  sequence.scored = static_cast<std::int64_t>(request.ids.size());
  if (sequence.scored < 1 || sequence.scored > tokenization_.max_length)
    throw RequestError(
        number, fmt::format("ids: 1 to {} of them, got {}", tokenization_.max_length, sequence.scored));
  sequence.top_logits = request.top_logits;
  sequence.tokens = std::move(request.ids);
  // One more id makes the model read the last one too; what it scores is not used.
  sequence.tokens.push_back(0);
  plan_.sequences.push_back(std::move(sequence));
}

void RequestPlanner::plan(std::size_t number, const GenerateUntil& request, std::vector<TokenId> prompt) {
  const std::int64_t new_tokens = options_.max_new_tokens.value_or(request.max_new_tokens);
  const std::int64_t room = tokenization_.max_length - new_tokens;
  if (new_tokens < 1 || room < 1)
    throw RequestError(number,
                       fmt::format("{} new tokens leave no room for a prompt: the model reads {} tokens "
                                   "(--max-new-tokens, --max-length)",
                                   new_tokens, tokenization_.max_length));
  if (prompt.empty()) prompt.push_back(tokenization_.prefix_token());
  const std::int64_t surplus = static_cast<std::int64_t>(prompt.size()) - room;
  if (surplus > 0) prompt.erase(prompt.begin(), prompt.begin() + surplus);
  plan_.generations.push_back({number, {std::move(prompt), new_tokens}, surplus > 0, stops_of(request)});
}

std::shared_ptr<const StopStrings> RequestPlanner::stops_of(const GenerateUntil& request) {
  auto& stops = stops_[request.stops];
  if (stops) return stops;
  std::vector<std::string> strings = request.stops;
  if (const auto eos = tokenization_.tokenizer.special().eos;
      eos && !tokenization_.tokenizer.piece(*eos).empty())
    strings.push_back(tokenization_.tokenizer.piece(*eos));
  return stops = std::make_shared<const StopStrings>(tokenization_.tokenizer, std::move(strings));
}

RequestPlan RequestPlanner::finish() {
  plan_waiting();
  plan_.passes = Passes(plan_.sequences, options_.packing);
  // What the most memory is needed for comes at once, and the short ones fill the end.
  std::stable_sort(plan_.generations.begin(), plan_.generations.end(),
                   [](const auto& a, const auto& b) { return a.prompt.ids.size() > b.prompt.ids.size(); });
  return std::move(plan_);
}

std::string RequestPlan::fingerprint() const {
  Sha256 sum;
  for (const TokenSequence& s : sequences) {
    sum.add(static_cast<std::int64_t>(s.request));
    sum.add(s.scored);
    sum.add(s.top_logits.value_or(-1));
    add_ids(sum, s.tokens);
  }
  for (std::size_t pass = 0; pass < passes.size(); ++pass)
    sum.add(static_cast<std::int64_t>(passes.sequences_of(pass).size()));
  for (const PlannedGeneration& g : generations) {
    sum.add(static_cast<std::int64_t>(g.request));
    sum.add(g.prompt.max_new_tokens);
    add_ids(sum, g.prompt.ids);
    if (g.stops)
      for (const std::string& stop : g.stops->strings()) sum.add_text(stop);
  }
  for (const std::size_t request : empty) sum.add(static_cast<std::int64_t>(request));
  return sum.hex();
}

}  // namespace iiet
