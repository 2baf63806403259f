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

Scorer::Scorer(const LanguageModel& model, Encoder encoder, ScorerOptions options)
    : model_(model), encoder_(encoder), options_(options) {
  if (options_.token_budget <= 0) options_.token_budget = default_budget(model);
  if (!model.device().is_cpu()) options_.threads = 1;
}

ScoringResult Scorer::answer(std::span<const Request> requests, const Progress& progress) const {
  const auto sequences = encode_requests(requests, encoder_, options_.threads);
  const auto batches = pack(sequences, options_.token_budget);
  ScoringResult result;
  result.responses.resize(requests.size());
  for (Response& response : result.responses) response.is_greedy = true;
  for (const TokenSequence& s : sequences)
    result.responses[s.request].truncated = result.responses[s.request].truncated || s.truncated;
  std::int64_t in_all = 0, done = 0;
  for (const Batch& batch : batches) in_all += static_cast<std::int64_t>(batch.tokens.ids.size());
  result.tokens_fed = in_all;
  // Answers are added up in the order of batches, so that sums do not depend on which worker was first.
  std::vector<TargetScores> scores(batches.size());
  result.pass_latencies_ms.resize(batches.size());
  std::mutex mutex;
  {
    const OneTorchThread single;
    parallel_for(batches.size(), options_.threads, [&](std::size_t i) {
      if (at::get_num_threads() != 1) at::set_num_threads(1);
      const auto start = std::chrono::steady_clock::now();
      scores[i] = run(model_, batches[i]);
      result.pass_latencies_ms[i] =
          std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
      const std::lock_guard lock(mutex);
      done += static_cast<std::int64_t>(batches[i].tokens.ids.size());
      if (progress) progress(done, in_all);
    });
  }
  for (std::size_t i = 0; i < batches.size(); ++i) {
    add_up(batches[i], scores[i], sequences, result.responses);
    result.tokens_scored += static_cast<std::int64_t>(batches[i].targets.size());
  }
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
