#include "models/generation/generate.hpp"

#include <algorithm>
#include <chrono>
#include <map>

#include <c10/core/InferenceMode.h>

#include "harness/base/error.hpp"
#include "models/generation/candidates.hpp"

namespace iiet {
namespace {

/// New prompts wait while a pass has this many tokens of prompts already; one always enters an idle batch.
constexpr std::int64_t kPromptTokensAPass = 4096;

/// A prompt being continued.
struct Running {
  std::size_t prompt;
  std::unique_ptr<Search> search;
  std::vector<std::int32_t> sequences;  // in the cache, one a live hypothesis
  std::vector<TokenId> next;            // tokens to read: the prompt at first, then one a live hypothesis
};

class Decoder {
 public:
  Decoder(const LanguageModel& model, std::span<const Prompt> prompts, const DecodingOptions& options,
          const DecodingRun& run)
      : model_(model),
        prompts_(prompts),
        options_(options),
        run_(run),
        max_length_(run.max_length > 0 ? run.max_length : model.config().max_position_embeddings),
        cache_(model.make_cache()) {
    validate(options, model.config().vocab_size);
    require(run.batch >= 1, "batch: at least one prompt, got {}", run.batch);
    for (std::size_t i = 0; i < prompts.size(); ++i) check(i);
  }

  void work() {
    while (waiting_ < prompts_.size() || !running_.empty()) step();
  }

 private:
  void check(std::size_t i) const {
    const auto length = static_cast<std::int64_t>(prompts_[i].ids.size());
    require(length >= 1 && length <= max_length_, "prompt {}: expected 1 to {} tokens, got {}", i + 1,
            max_length_, length);
    require(prompts_[i].max_new_tokens >= 1, "prompt {}: at least one new token, got {}", i + 1,
            prompts_[i].max_new_tokens);
  }

  void admit() {
    std::int64_t tokens = 0;
    while (waiting_ < prompts_.size() && static_cast<std::int64_t>(running_.size()) < run_.batch) {
      const Prompt& prompt = prompts_[waiting_];
      const auto length = static_cast<std::int64_t>(prompt.ids.size());
      if (tokens > 0 && tokens + length > kPromptTokensAPass) return;
      tokens += length;
      auto search = make_search({options_, waiting_, prompt.ids, prompt.max_new_tokens, max_length_ - length,
                                 model_.config().vocab_size, run_.stops});
      running_.push_back({waiting_, std::move(search), {cache_.add()}, prompt.ids});
      ++waiting_;
    }
  }

  /// One token more for every live hypothesis.
  void step() {
    const auto start = std::chrono::steady_clock::now();
    admit();
    DecodingStep report{running_.size(), 0, 0, 0};
    std::vector<TokenQuery> queries;
    std::vector<std::size_t> owners;
    for (const Running& r : running_) {
      for (TokenQuery& query : r.search->queries()) {
        queries.push_back(std::move(query));
        owners.push_back(r.prompt);
      }
      report.tokens_read += static_cast<std::int64_t>(r.next.size());
      if (r.sequences.size() == 1 && cache_.length(r.sequences[0]) == 0)
        report.prompt_tokens += static_cast<std::int64_t>(r.next.size());
    }
    const auto answers = answer(read(), queries, options_, owners);
    std::span<const std::vector<Candidate>> rest = answers;
    for (Running& r : running_) {
      const std::size_t rows = r.sequences.size();
      advance(r, rest.first(rows));
      rest = rest.subspan(rows);
    }
    std::erase_if(running_, [](const Running& r) { return r.sequences.empty(); });
    report.milliseconds =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    if (run_.after_step) run_.after_step(report);
    hand_out();
  }

  /// Reads every hypothesis' next tokens; the logits behind them, [rows,V].
  at::Tensor read() {
    PackedTokens tokens;
    std::vector<std::int64_t> last;
    for (const Running& r : running_) {
      tokens.ids.insert(tokens.ids.end(), r.next.begin(), r.next.end());
      // Only a prompt that was not read yet has several tokens for one sequence.
      const std::size_t each = r.next.size() / r.sequences.size();
      for (const std::int32_t sequence : r.sequences) {
        tokens.segments.push_back({static_cast<std::int64_t>(each), -1, sequence});
        last.push_back((last.empty() ? -1 : last.back()) + static_cast<std::int64_t>(each));
      }
    }
    const at::Tensor logits = model_.logits(model_.hidden(tokens, last, &cache_));
    const auto* beam = std::get_if<BeamSearch>(&options_.strategy);
    return beam && beam->temperature != 1 ? logits / beam->temperature : logits;
  }

  /// Lets a search decide and the cache follow; a search that has ended leaves no sequences.
  void advance(Running& running, std::span<const std::vector<Candidate>> answers) {
    const std::vector<Continuation> continuations = running.search->advance(answers);
    std::vector<std::int32_t> parents;
    running.next.clear();
    for (const Continuation& c : continuations) {
      parents.push_back(running.sequences[c.parent]);
      running.next.push_back(c.token);
    }
    if (parents != running.sequences) {
      for (const std::int32_t sequence : running.sequences)
        if (std::find(parents.begin(), parents.end(), sequence) == parents.end()) cache_.release(sequence);
      running.sequences = cache_.gather(parents);
    }
    if (continuations.empty()) finished_.emplace(running.prompt, running.search->results());
  }

  void hand_out() {
    for (auto at = finished_.begin(); at != finished_.end() && at->first == handed_out_; ++handed_out_) {
      run_.done(at->first, std::move(at->second));
      at = finished_.erase(at);
    }
  }

  const LanguageModel& model_;
  std::span<const Prompt> prompts_;
  const DecodingOptions& options_;
  const DecodingRun& run_;
  std::int64_t max_length_;
  KvCache cache_;
  std::vector<Running> running_;
  std::size_t waiting_ = 0;  // the first prompt that has not begun
  std::map<std::size_t, std::vector<Hypothesis>> finished_;
  std::size_t handed_out_ = 0;
};

}  // namespace

void generate(const LanguageModel& model, std::span<const Prompt> prompts, const DecodingOptions& options,
              const DecodingRun& run) {
  const c10::InferenceMode inference;
  Decoder(model, prompts, options, run).work();
}

}  // namespace iiet
