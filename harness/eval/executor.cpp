#include "harness/eval/executor.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <mutex>
#include <unordered_map>

#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
#include <torch/version.h>

#include "harness/base/files.hpp"
#include "harness/base/parallel.hpp"
#include "harness/eval/records.hpp"

namespace iiet {
namespace {

constexpr std::int64_t kCpuTokens = 2048, kGpuTokens = 16384;
constexpr std::int64_t kBeginningUnit = 0;

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

/// Restores LibTorch's thread count of this thread, which parallel_for's caller shares with the workers.
struct OneTorchThread {
  int before = at::get_num_threads();
  OneTorchThread() { at::set_num_threads(1); }
  ~OneTorchThread() { at::set_num_threads(before); }
};

/// What a generation counts for in progress: how long it will be is not known before.
std::int64_t weight_of(const PlannedGeneration& planned) {
  return static_cast<std::int64_t>(planned.prompt.ids.size()) + planned.prompt.max_new_tokens;
}

/// The value itself; throws where weights or arithmetic made it NaN or infinite.
double finite(double log_probability, std::size_t request) {
  if (!std::isfinite(log_probability))
    throw Error(fmt::format("the model gave a log-probability of {} (request {})", log_probability, request));
  return log_probability;
}

/// The `count` largest entries of logits [V], largest first.
std::vector<std::pair<TokenId, double>> largest(const at::Tensor& logits, std::int64_t count) {
  const auto [values, ids] = logits.topk(std::min(count, logits.size(0)));
  const at::Tensor v = values.to(at::kDouble).to(at::kCPU), k = ids.to(at::kCPU);
  std::vector<std::pair<TokenId, double>> result;
  for (std::int64_t i = 0; i < v.size(0); ++i)
    result.emplace_back(static_cast<TokenId>(k.const_data_ptr<std::int64_t>()[i]),
                        v.const_data_ptr<double>()[i]);
  return result;
}

/// Adds a target to the score of its sequence.
void add_target(SequenceScore& score, const Batch::Needed& target, const TokenSequence& sequence,
                double log_p) {
  score.loglikelihood += finite(log_p, sequence.request);
  if (!sequence.top_logits) return;
  score.log_probabilities.resize(sequence.tokens.size() - 2);
  score.log_probabilities[target.position - 1] = log_p;
}

/// Runs a pass: one score a sequence, in its order.
std::vector<SequenceScore> scores_of_pass(const LanguageModel& model, const RequestPlan& plan,
                                          std::size_t pass) {
  const c10::InferenceMode inference;
  const Batch batch = plan.passes.batch(plan.sequences, pass);
  std::vector<Target> targets;
  for (const Batch::Needed& needed : batch.targets) targets.push_back({needed.row, needed.token});
  const at::Tensor rows = model.hidden(batch.tokens, batch.rows);
  const TargetScores found = model.score(rows, targets);
  std::vector<SequenceScore> scores;
  std::size_t target = 0;
  for (const std::size_t s : plan.passes.sequences_of(pass)) {
    const TokenSequence& sequence = plan.sequences[s];
    SequenceScore& score = scores.emplace_back();
    for (; target < batch.targets.size() && batch.targets[target].sequence == s; ++target) {
      const Batch::Needed& needed = batch.targets[target];
      if (sequence.top_logits && needed.position + 1 == sequence.tokens.size()) {  // stands for what follows
        if (*sequence.top_logits > 0)
          score.top_logits = largest(model.logits(rows.narrow(0, needed.row, 1))[0], *sequence.top_logits);
        continue;
      }
      add_target(score, needed, sequence, found.log_probabilities[target]);
      score.is_greedy = score.is_greedy && found.is_greedy[target];
    }
  }
  return scores;
}

/// What a store knows the answer by.
AnswerStore::Key key_of(const std::string& fingerprint, const Request& request) {
  Sha256 sum;
  sum.add(fingerprint);
  sum.add(static_cast<std::int64_t>(request.index()));
  struct Adder {
    Sha256& sum;
    void operator()(const Loglikelihood& pair) const {
      sum.add_text(pair.context);
      sum.add_text(pair.continuation);
    }
    void operator()(const RollingLoglikelihood& rolling) const { sum.add_text(rolling.text); }
    void operator()(const GenerateUntil& generation) const {
      sum.add_text(generation.prompt);
      for (const std::string& stop : generation.stops) sum.add_text(stop);
      sum.add(generation.max_new_tokens);
    }
    void operator()(const RawIds& raw) const {
      for (const TokenId id : raw.ids) sum.add(std::int64_t{id});
      sum.add(raw.top_logits);
    }
  };
  std::visit(Adder{sum}, request);
  return sum.digest();
}

}  // namespace

RequestSource each_of(std::span<const Request> requests) {
  return [requests](const std::function<void(Request)>& each) {
    for (const Request& request : requests) each(request);
  };
}

/// One call of answer(). What changes while workers run is guarded by the mutex.
class Executor::Work {
 public:
  Work(const Executor& executor, AnswerSink& sink, const AnswerHooks& hooks)
      : executor_(executor), sink_(sink), hooks_(hooks) {}

  void plan(const RequestSource& requests);
  void score();
  void generate();
  AnswerCosts take_costs() { return std::move(costs_); }

 private:
  std::optional<std::string> recorded(std::int64_t unit) {
    auto found = hooks_.journal ? hooks_.journal->find(unit) : std::nullopt;
    if (found) costs_.earlier_s += take_seconds(*found);
    return found;
  }
  /// Each record has the time since the one before it: together they tell how long was worked.
  void record(std::int64_t unit, const auto& result) {
    if (!hooks_.journal) return;
    const auto now = Clock::now();
    const double seconds = std::chrono::duration<double>(now - recorded_).count();
    hooks_.journal->add(unit, with_seconds(to_record(result), seconds));
    recorded_ = now;
  }
  void advance(std::int64_t tokens) {
    tokens_done_ += tokens;
    if (hooks_.progress) hooks_.progress(tokens_done_, tokens_in_all_);
  }
  void deliver(std::size_t request, Response response) {
    if (hooks_.store) hooks_.store->add(keys_[request], response);
    sink_.done(request, std::move(response));
  }
  void finish_pass(std::size_t pass, std::vector<SequenceScore> scores);
  void finish_sequence(const TokenSequence& sequence, SequenceScore score);
  void finish_generation(const PlannedGeneration& planned, GenerationScore score);

  const Executor& executor_;
  AnswerSink& sink_;
  const AnswerHooks& hooks_;
  RequestPlan plan_;
  std::vector<AnswerStore::Key> keys_;  // of all requests, where there is a store
  std::mutex mutex_;
  AnswerCosts costs_;
  Clock::time_point recorded_ = Clock::now();
  std::int64_t tokens_done_ = 0, tokens_in_all_ = 0;
  /// Of requests of several windows, until the last one is there.
  struct Windows {
    std::vector<SequenceScore> scores;
    std::size_t missing = 0;
    std::int64_t tokens = 0;
  };
  std::unordered_map<std::size_t, Windows> incomplete_;
};

void Executor::Work::plan(const RequestSource& requests) {
  const ExecutorOptions& options = executor_.options_;
  RequestPlanner planner(executor_.tokenization_,
                         {options.threads, options.packing, options.generation.max_new_tokens});
  const bool has_memory = hooks_.journal || hooks_.store;
  if (has_memory && options.model_fingerprint.empty())
    throw Error("answers are kept by a fingerprint of the model, and there is none");
  const std::string conditions = has_memory ? executor_.fingerprint() : "";
  const auto known = recorded(kBeginningUnit);
  Beginning before, now;
  if (known) before = from_record<Beginning>(*known);
  auto next = before.stored.begin();
  std::size_t count = 0;
  requests([&](Request request) {
    if (hooks_.store) keys_.push_back(key_of(conditions, request));
    std::optional<Response> found;
    if (next != before.stored.end() && next->first == count)
      found = (next++)->second;
    else if (hooks_.store && !known)
      found = hooks_.store->find(keys_.back());
    if (found)
      now.stored.emplace_back(count, std::move(*found));
    else
      planner.add(count, std::move(request));
    ++count;
  });
  plan_ = planner.finish();
  if (hooks_.journal) {
    now.fingerprint = sha256(conditions + plan_.fingerprint() + std::to_string(count));
    if (known && now.fingerprint != before.fingerprint) throw OtherWorkError();
    if (!known) record(kBeginningUnit, now);
  }
  for (std::size_t pass = 0; pass < plan_.passes.size(); ++pass) tokens_in_all_ += plan_.passes.tokens(pass);
  for (const PlannedGeneration& g : plan_.generations) tokens_in_all_ += weight_of(g);
  costs_.stored = now.stored.size();
  for (auto& [request, response] : now.stored) sink_.done(request, std::move(response));
  for (const std::size_t request : plan_.empty) deliver(request, {.is_greedy = true});
}

void Executor::Work::score() {
  const OneTorchThread single;
  parallel_for(plan_.passes.size(), executor_.options_.threads, [&](std::size_t pass) {
    if (at::get_num_threads() != 1) at::set_num_threads(1);
    const std::int64_t unit = plan_.unit_of_pass(pass);
    std::unique_lock lock(mutex_);
    if (const auto known = recorded(unit)) {
      finish_pass(pass, from_record<std::vector<SequenceScore>>(*known));
      return;
    }
    lock.unlock();
    const auto start = Clock::now();
    auto scores = scores_of_pass(executor_.model_, plan_, pass);
    const double latency = milliseconds_since(start);
    lock.lock();
    costs_.pass_latencies_ms.push_back(latency);
    record(unit, scores);
    finish_pass(pass, std::move(scores));
  });
  if (!incomplete_.empty()) throw Error("requests of several windows are left over");
}

void Executor::Work::finish_pass(std::size_t pass, std::vector<SequenceScore> scores) {
  const auto sequences = plan_.passes.sequences_of(pass);
  if (scores.size() != sequences.size())
    throw Error(
        fmt::format("pass {}: {} sequences were recorded, not {}", pass, scores.size(), sequences.size()));
  for (std::size_t i = 0; i < sequences.size(); ++i)
    finish_sequence(plan_.sequences[sequences[i]], std::move(scores[i]));
  costs_.tokens_fed += plan_.passes.tokens(pass);
  advance(plan_.passes.tokens(pass));
}

void Executor::Work::finish_sequence(const TokenSequence& sequence, SequenceScore score) {
  const std::int64_t tokens = sequence.scored - (sequence.top_logits ? 1 : 0);
  costs_.tokens_scored += tokens;
  if (sequence.windows == 1) {
    deliver(sequence.request, {score.loglikelihood, score.is_greedy, tokens, sequence.truncated, "",
                               std::move(score.log_probabilities), std::move(score.top_logits)});
    return;
  }
  const auto [at, is_new] = incomplete_.try_emplace(sequence.request);
  Windows& windows = at->second;
  if (is_new) {
    windows.scores.resize(sequence.windows);
    windows.missing = sequence.windows;
  }
  windows.scores[sequence.window] = std::move(score);
  windows.tokens += tokens;
  if (--windows.missing > 0) return;
  Response response{.is_greedy = true, .tokens = windows.tokens};
  for (const SequenceScore& window : windows.scores) {
    response.loglikelihood += window.loglikelihood;
    response.is_greedy = response.is_greedy && window.is_greedy;
  }
  incomplete_.erase(at);
  deliver(sequence.request, std::move(response));
}

void Executor::Work::generate() {
  std::vector<PlannedGeneration> left;
  std::vector<std::int64_t> units;
  for (std::size_t i = 0; i < plan_.generations.size(); ++i) {
    const std::int64_t unit = plan_.unit_of_generation(i);
    if (const auto known = recorded(unit)) {
      finish_generation(plan_.generations[i], from_record<GenerationScore>(*known));
    } else {
      left.push_back(std::move(plan_.generations[i]));
      units.push_back(unit);
    }
  }
  if (left.size() < plan_.generations.size()) advance(0);
  DecodingListener listener;
  listener.after_step = [&](const DecodingStep& step) {
    costs_.pass_latencies_ms.push_back(step.milliseconds);
    advance(0);
  };
  listener.done = [&](std::size_t i, GeneratedAnswer answer) {
    GenerationScore score{answer.tokens_read, static_cast<std::int64_t>(answer.hypotheses.front().ids.size()),
                          std::move(answer.texts.front())};
    record(units[i], score);
    finish_generation(left[i], std::move(score));
  };
  const ExecutorOptions& options = executor_.options_;
  const Tokenizer& tokenizer = executor_.tokenization_.tokenizer;
  Decoder decoder{executor_.model_, &tokenizer, decoding_options(options.generation)};
  decoder.options.end_tokens = end_tokens(executor_.model_.config(), &tokenizer);
  decoder.max_length = executor_.tokenization_.max_length;
  decoder.threads = options.threads;
  try {
    decode(decoder, left, listener);
  } catch (const DecodingError& error) {
    const std::size_t request = left[error.prompt()].request;
    throw DecodingError(request, fmt::format("{} (request {})", error.what(), request));
  }
}

void Executor::Work::finish_generation(const PlannedGeneration& planned, GenerationScore score) {
  costs_.tokens_fed += score.tokens_read;
  costs_.tokens_scored += score.tokens;
  deliver(planned.request,
          {.tokens = score.tokens, .truncated = planned.truncated, .text = std::move(score.text)});
  // Told after the step, so that a wish to stop costs none of the answers that end in it.
  tokens_done_ += weight_of(planned);
}

Executor::Executor(const LanguageModel& model, Tokenization tokenization, ExecutorOptions options)
    : model_(model), tokenization_(tokenization), options_(std::move(options)) {
  if (options_.packing.token_budget <= 0)
    options_.packing.token_budget = model.device().is_cpu() ? kCpuTokens : kGpuTokens;
  if (!model.device().is_cpu()) options_.threads = 1;
}

namespace {

/// What ended the work is what the user must hear of, not what else goes wrong then.
void flush_on_failure(AnswerStore* store) {
  try {
    if (store) store->flush();
  } catch (const Error&) {
  }
}

}  // namespace

AnswerCosts Executor::answer(const RequestSource& requests, AnswerSink& sink,
                             const AnswerHooks& hooks) const {
  Work work(*this, sink, hooks);
  work.plan(requests);
  try {
    work.score();
    work.generate();
  } catch (...) {
    flush_on_failure(hooks.store);
    throw;
  }
  if (hooks.store) hooks.store->flush();
  return work.take_costs();
}

std::string Executor::fingerprint() const {
  Sha256 sum;
  sum.add_text(options_.model_fingerprint);
  sum.add_text(to_json(model_.config()).dump());
  const Tokenizer& tokenizer = tokenization_.tokenizer;
  sum.add_text(tokenizer.fingerprint());
  for (const auto& special :
       {tokenizer.special().bos, tokenizer.special().eos, tokenizer.special().unk, tokenizer.special().pad})
    sum.add(std::int64_t{special.value_or(-1)});
  sum.add(tokenization_.adds_bos ? 1 : 0);
  sum.add(tokenization_.max_length);
  sum.add(tokenization_.truncates_continuations ? 1 : 0);
  const GenerationSettings& generation = options_.generation;
  sum.add_text(fmt::format("{} {} {}", generation.beam, generation.beam > 1 ? generation.length_penalty : 1,
                           generation.max_new_tokens.value_or(0)));
  sum.add_text(TORCH_VERSION " " IIET_VERSION);
  return sum.hex();
}

}  // namespace iiet
