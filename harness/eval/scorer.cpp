#include "harness/eval/scorer.hpp"

#include <chrono>
#include <cmath>
#include <mutex>

#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include "harness/base/error.hpp"
#include "harness/base/parallel.hpp"

namespace iiet {
namespace {

constexpr std::int64_t kCpuTokens = 2048, kGpuTokens = 16384;

/// Restores LibTorch's thread count of this thread, which parallel_for's caller shares with the workers.
struct OneTorchThread {
  int before = at::get_num_threads();
  OneTorchThread() { at::set_num_threads(1); }
  ~OneTorchThread() { at::set_num_threads(before); }
};

std::int64_t default_budget(const LanguageModel& model) {
  return model.device().is_cpu() ? kCpuTokens : kGpuTokens;
}

std::vector<Target> targets_of(const Batch& batch) {
  std::vector<Target> targets;
  for (const Batch::Needed& needed : batch.targets) targets.push_back({needed.row, needed.token});
  return targets;
}

std::int64_t tokens_of(const Batch& batch) { return static_cast<std::int64_t>(batch.tokens.ids.size()); }

/// What a generation counts for in progress: how long it will be is not known before.
std::int64_t weight_of(const PlannedGeneration& planned) {
  return static_cast<std::int64_t>(planned.prompt.ids.size()) + planned.prompt.max_new_tokens;
}

/// The scores of one batch's targets.
TargetScores run(const LanguageModel& model, const Batch& batch) {
  const c10::InferenceMode inference;
  return model.score(model.hidden(batch.tokens, batch.rows), targets_of(batch));
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

/// Adds the scores of one batch to the answers of the requests they belong to.
void add_up(const Batch& batch, const TargetScores& scores, std::span<const TokenSequence> sequences,
            std::vector<Response>& responses) {
  for (std::size_t i = 0; i < batch.targets.size(); ++i) {
    const std::size_t request = sequences[batch.targets[i].sequence].request;
    responses[request].loglikelihood += finite(scores.log_probabilities[i], request);
    responses[request].is_greedy = responses[request].is_greedy && scores.is_greedy[i];
    ++responses[request].tokens;
  }
}

}  // namespace

Scorer::Scorer(const LanguageModel& model, Tokenization tokenization, ScorerOptions options)
    : model_(model), tokenization_(tokenization), options_(options) {
  if (options_.token_budget <= 0) options_.token_budget = default_budget(model);
  if (!model.device().is_cpu()) options_.threads = 1;
}

/// Counts what is done of all work and tells the caller; safe from several threads.
class Scorer::Account {
 public:
  Account(const Progress& progress, std::int64_t in_all) : progress_(progress), in_all_(in_all) {}

  void add(std::int64_t tokens) {
    const std::lock_guard lock(mutex_);
    done_ += tokens;
    if (progress_) progress_(done_, in_all_);
  }

 private:
  const Progress& progress_;
  std::int64_t in_all_, done_ = 0;
  std::mutex mutex_;
};

void Scorer::score(std::span<const TokenSequence> sequences, std::span<const Batch> batches, Account& account,
                   ScoringResult& result) const {
  // Answers are added up in the order of batches, so that sums do not depend on which worker was first.
  std::vector<TargetScores> scores(batches.size());
  result.pass_latencies_ms.resize(batches.size());
  parallel_for(batches.size(), options_.threads, [&](std::size_t i) {
    if (at::get_num_threads() != 1) at::set_num_threads(1);
    const auto start = std::chrono::steady_clock::now();
    scores[i] = run(model_, batches[i]);
    result.pass_latencies_ms[i] =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    account.add(tokens_of(batches[i]));
  });
  for (std::size_t i = 0; i < batches.size(); ++i) {
    add_up(batches[i], scores[i], sequences, result.responses);
    result.tokens_fed += tokens_of(batches[i]);
    result.tokens_scored += static_cast<std::int64_t>(batches[i].targets.size());
  }
}

void Scorer::generate(std::span<const PlannedGeneration> planned, Account& account,
                      ScoringResult& result) const {
  GenerationWork work;
  work.settings = options_.generation;
  work.threads = options_.threads;
  work.after_step = [&](const DecodingStep& step) {
    result.tokens_fed += step.tokens_read;
    result.pass_latencies_ms.push_back(step.milliseconds);
    account.add(0);
  };
  work.done = [&](std::size_t i, GeneratedAnswer answer) {
    Response& response = result.responses[planned[i].request];
    response.is_greedy = false;
    response.tokens = static_cast<std::int64_t>(answer.hypothesis.ids.size());
    response.truncated = planned[i].truncated;
    response.text = std::move(answer.text);
    result.tokens_scored += response.tokens;
    account.add(weight_of(planned[i]));
  };
  answer_generations(model_, tokenization_, planned, work);
}

ScoringResult Scorer::answer(std::span<const Request> requests, const Progress& progress) const {
  const auto planned = plan_generations(requests, tokenization_, options_.generation);
  const auto sequences = encode_requests(requests, tokenization_, options_.threads);
  const auto batches = pack(sequences, options_.token_budget);
  ScoringResult result;
  result.responses.resize(requests.size());
  for (Response& response : result.responses) response.is_greedy = true;
  for (const TokenSequence& s : sequences)
    result.responses[s.request].truncated = result.responses[s.request].truncated || s.truncated;
  std::int64_t in_all = 0;
  for (const Batch& batch : batches) in_all += tokens_of(batch);
  for (const PlannedGeneration& p : planned) in_all += weight_of(p);
  Account account(progress, in_all);
  const OneTorchThread single;
  score(sequences, batches, account, result);
  generate(planned, account, result);
  return result;
}

std::vector<IdScores> score_ids(const LanguageModel& model, std::span<const std::vector<TokenId>> lists,
                                const IdScoring& options) {
  std::vector<TokenSequence> sequences;
  for (std::size_t i = 0; i < lists.size(); ++i) {
    const auto length = static_cast<std::int64_t>(lists[i].size());
    if (length < 1 || length > options.max_length)
      throw RequestError(i, fmt::format("ids: 1 to {} of them, got {}", options.max_length, length));
    // One more id makes the model read the last one too; what it scores is not used.
    TokenSequence sequence{lists[i], length, i, false};
    sequence.tokens.push_back(0);
    sequences.push_back(std::move(sequence));
  }
  std::vector<IdScores> result(lists.size());
  const c10::InferenceMode inference;
  for (const Batch& batch : pack(sequences, default_budget(model))) {
    const at::Tensor rows = model.hidden(batch.tokens, batch.rows);
    const TargetScores scores = model.score(rows, targets_of(batch));
    for (std::size_t i = 0; i < batch.targets.size(); ++i) {
      const Batch::Needed& target = batch.targets[i];
      IdScores& of_list = result[target.sequence];
      of_list.log_probabilities.resize(lists[target.sequence].size() - 1);
      if (target.position < lists[target.sequence].size())
        of_list.log_probabilities[target.position - 1] = finite(scores.log_probabilities[i], target.sequence);
      else if (options.top_logits > 0)
        of_list.top_logits = largest(model.logits(rows.narrow(0, target.row, 1))[0], options.top_logits);
    }
  }
  return result;
}

}  // namespace iiet
