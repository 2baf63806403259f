#include "models/generation/generate.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>

#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include "harness/base/error.hpp"
#include "harness/base/parallel.hpp"
#include "models/generation/candidates.hpp"

namespace iiet {
namespace {

/// New prompts wait while a pass has this many tokens of prompts already; one always enters an idle batch.
constexpr std::int64_t kPromptTokensAPass = 4096;

/// Below this width a forward pass of one thread is faster than waiting for others at every operator.
constexpr std::int64_t kWidthForThreads = 512;

/// The prompts that wait and the results on their way out; shared by the workers.
class Queue {
 public:
  Queue(std::span<const Prompt> prompts, const DecodingRun& run) : prompts_(prompts), run_(run) {}

  /// The next prompt, unless a pass that has `tokens` of prompts should rather go without it.
  std::optional<std::size_t> take(std::int64_t tokens) {
    const std::lock_guard lock(mutex_);
    if (is_stopped_ || waiting_ == prompts_.size()) return std::nullopt;
    const auto length = static_cast<std::int64_t>(prompts_[waiting_].ids.size());
    if (tokens > 0 && tokens + length > kPromptTokensAPass) return std::nullopt;
    return waiting_++;
  }

  /// Hands out what a pass brought.
  void report(const DecodingStep& step, std::map<std::size_t, DecodedPrompt> finished) {
    const std::lock_guard lock(mutex_);
    for (auto& [prompt, decoded] : finished) run_.done(prompt, std::move(decoded));
    if (run_.after_step) run_.after_step(step);
  }

  void stop() { is_stopped_ = true; }
  bool is_stopped() const { return is_stopped_; }

 private:
  std::span<const Prompt> prompts_;
  const DecodingRun& run_;
  std::mutex mutex_;
  std::atomic<bool> is_stopped_ = false;
  std::size_t waiting_ = 0;  // the first prompt that has not begun
};

/// A prompt being continued.
struct Running {
  std::size_t prompt;
  std::unique_ptr<Search> search;
  std::vector<std::int32_t> sequences;  // in the cache, one a live hypothesis
  std::vector<TokenId> next;            // tokens to read: the prompt, later one a live hypothesis
  std::int64_t tokens_read = 0;
};

/// What all workers read.
struct Decoding {
  const LanguageModel& model;
  std::span<const Prompt> prompts;
  const DecodingOptions& options;
  const DecodingRun& run;
  std::int64_t max_length;
  std::int64_t batch;  // prompts a worker decodes together
};

/// One batch, filled up from the queue as prompts are done.
class Worker {
 public:
  Worker(const Decoding& decoding, Queue& queue)
      : decoding_(decoding), queue_(queue), cache_(decoding.model.make_cache()) {}

  void work() {
    for (admit(); !running_.empty() && !queue_.is_stopped(); admit()) step();
  }

 private:
  void admit() {
    std::int64_t tokens = 0;
    while (static_cast<std::int64_t>(running_.size()) < decoding_.batch) {
      const auto next = queue_.take(tokens);
      if (!next) return;
      const Prompt& prompt = decoding_.prompts[*next];
      const auto length = static_cast<std::int64_t>(prompt.ids.size());
      tokens += length;
      auto search = make_search({decoding_.options, *next, prompt.ids, prompt.max_new_tokens,
                                 decoding_.max_length - length, decoding_.model.config().vocab_size,
                                 decoding_.run.stops});
      running_.push_back({*next, std::move(search), {cache_.add()}, prompt.ids, 0});
    }
  }

  /// One token more for every live hypothesis.
  void step() {
    const auto start = std::chrono::steady_clock::now();
    DecodingStep report{running_.size(), 0, 0, 0};
    std::vector<TokenQuery> queries;
    std::vector<std::size_t> owners;
    for (Running& r : running_) {
      for (TokenQuery& query : r.search->queries()) {
        queries.push_back(std::move(query));
        owners.push_back(r.prompt);
      }
      r.tokens_read += static_cast<std::int64_t>(r.next.size());
      report.tokens_read += static_cast<std::int64_t>(r.next.size());
      if (r.sequences.size() == 1 && cache_.length(r.sequences[0]) == 0)
        report.prompt_tokens += static_cast<std::int64_t>(r.next.size());
    }
    const auto answers = answer(read(), queries, decoding_.options, owners);
    std::span<const std::vector<Candidate>> rest = answers;
    for (Running& r : running_) {
      const std::size_t rows = r.sequences.size();
      advance(r, rest.first(rows));
      rest = rest.subspan(rows);
    }
    std::erase_if(running_, [](const Running& r) { return r.sequences.empty(); });
    report.milliseconds =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    queue_.report(report, std::move(finished_));
    finished_.clear();
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
    const at::Tensor logits =
        decoding_.model.logits(decoding_.model.hidden(tokens, last, {.cache = &cache_}));
    const auto* beam = std::get_if<BeamSearch>(&decoding_.options.strategy);
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
    if (continuations.empty())
      finished_.emplace(running.prompt, DecodedPrompt{running.search->results(), running.tokens_read});
  }

  const Decoding& decoding_;
  Queue& queue_;
  KvCache cache_;
  std::vector<Running> running_;
  std::map<std::size_t, DecodedPrompt> finished_;  // in this pass
};

void check(std::span<const Prompt> prompts, std::int64_t max_length) {
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    const auto length = static_cast<std::int64_t>(prompts[i].ids.size());
    require(length >= 1 && length <= max_length, "prompt {}: expected 1 to {} tokens, got {}", i + 1,
            max_length, length);
    require(prompts[i].max_new_tokens >= 1, "prompt {}: at least one new token, got {}", i + 1,
            prompts[i].max_new_tokens);
  }
}

/// Sets LibTorch's thread count of this thread back at the end.
struct KeepTorchThreads {
  int before = at::get_num_threads();
  ~KeepTorchThreads() { at::set_num_threads(before); }
};

}  // namespace

void generate(const LanguageModel& model, std::span<const Prompt> prompts, const DecodingOptions& options,
              const DecodingRun& run) {
  const ModelConfig& config = model.config();
  validate(options, config.vocab_size);
  require(run.batch >= 1, "batch: at least one prompt, got {}", run.batch);
  const std::int64_t max_length = run.max_length > 0 ? run.max_length : config.max_position_embeddings;
  check(prompts, max_length);
  const auto count = static_cast<std::int64_t>(prompts.size());
  const std::int64_t threads = model.device().is_cpu() ? std::max(run.threads, 1) : 1;
  // Every worker reads all weights in each pass: as many as there are full batches, no more. The weights of a
  // narrow model stay in the cache, and its passes have no use for the other threads.
  const bool is_narrow = config.hidden_size < kWidthForThreads;
  const std::int64_t useful = is_narrow ? count : (count + run.batch - 1) / run.batch;
  const std::int64_t workers = std::clamp<std::int64_t>(useful, 1, threads);
  const Decoding decoding{model, prompts,    options,
                          run,   max_length, std::min(run.batch, (count + workers - 1) / workers)};
  Queue queue(prompts, run);
  const KeepTorchThreads keep;
  parallel_for(static_cast<std::size_t>(workers), static_cast<int>(workers), [&](std::size_t) {
    const c10::InferenceMode inference;
    at::set_num_threads(is_narrow ? 1 : static_cast<int>(threads / workers));
    try {
      Worker(decoding, queue).work();
    } catch (...) {
      queue.stop();
      throw;
    }
  });
}

}  // namespace iiet
