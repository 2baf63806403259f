#include "models/generation/candidates.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <ATen/Parallel.h>

#include "harness/base/error.hpp"
#include "models/generation/sampler.hpp"
#include "models/kernels/kernels.hpp"

namespace iiet {
namespace {

using Answers = std::vector<std::vector<Candidate>>;

bool is_better(const Candidate& a, const Candidate& b) {
  return a.score != b.score ? a.score > b.score : a.token < b.token;
}

/// Score of a hypothesis with one more token. Sums of two numbers of a type are rounded to it, as adding in
/// that type rounds.
template <typename Real>
double extended(double score, double log_probability) {
  return static_cast<Real>(score + static_cast<double>(static_cast<Real>(log_probability)));
}

/// The best tokens of one row, for a query without draws.
template <typename Real>
class Ranking {
 public:
  Ranking(std::span<const Real> logits, double log_sum_exp, const TokenQuery& query)
      : logits_(logits), log_sum_exp_(log_sum_exp), query_(query) {}

  void consider(TokenId token) {
    const Real logit = logits_[static_cast<std::size_t>(token)];
    const bool full = best_.size() >= static_cast<std::size_t>(query_.count);
    // Scores do not decrease with logits, and ids ascend: an equal one cannot be better.
    if (logit == -std::numeric_limits<Real>::infinity() || (full && logit <= floor_)) return;
    const double log_probability = static_cast<double>(logit) - log_sum_exp_;
    const Candidate candidate{
        token, log_probability,
        query_.score ? extended<Real>(*query_.score, log_probability) : static_cast<double>(logit)};
    if (full) {
      if (candidate.score <= best_.front().score) return;
      std::pop_heap(best_.begin(), best_.end(), is_better);
      best_.pop_back();
    }
    best_.push_back(candidate);
    std::push_heap(best_.begin(), best_.end(), is_better);
    floor_ = logits_[static_cast<std::size_t>(best_.front().token)];
  }

  std::vector<Candidate> result() {
    std::sort(best_.begin(), best_.end(), is_better);
    return std::move(best_);
  }

 private:
  std::span<const Real> logits_;
  double log_sum_exp_;
  const TokenQuery& query_;
  std::vector<Candidate> best_;  // a heap, the worst in front
  Real floor_ = 0;               // the worst one's logit
};

template <typename Real>
std::vector<Candidate> answer_row(std::span<const Real> logits, double log_sum_exp, const TokenQuery& query,
                                  const DecodingOptions& options) {
  if (!query.draws.empty()) {
    const TokenDistribution distribution(logits, std::get<Sampling>(options.strategy));
    std::vector<Candidate> drawn;
    if (distribution.empty()) return drawn;
    for (const double draw : query.draws) {
      const TokenId token = distribution.at(draw);
      drawn.push_back({token, static_cast<double>(logits[static_cast<std::size_t>(token)]) - log_sum_exp, 0});
    }
    return drawn;
  }
  Ranking<Real> ranking(logits, log_sum_exp, query);
  if (query.only_end_tokens) {
    auto ends = options.end_tokens;
    std::sort(ends.begin(), ends.end());
    ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
    for (const TokenId token : ends) ranking.consider(token);
  } else {
    for (std::size_t i = 0; i < logits.size(); ++i) ranking.consider(static_cast<TokenId>(i));
  }
  return ranking.result();
}

template <typename Real>
Answers answer_on_cpu(const at::Tensor& logits, const std::vector<double>& log_sum_exp,
                      std::span<const TokenQuery> queries, const DecodingOptions& options) {
  const at::Tensor rows = logits.contiguous();
  const auto width = static_cast<std::size_t>(rows.size(1));
  const Real* const data = rows.const_data_ptr<Real>();
  Answers answers(queries.size());
  at::parallel_for(0, static_cast<std::int64_t>(queries.size()), 1,
                   [&](std::int64_t first, std::int64_t last) {
                     std::vector<Real> masked;
                     for (auto r = static_cast<std::size_t>(first); r < static_cast<std::size_t>(last); ++r) {
                       std::span<const Real> row(data + r * width, width);
                       if (!queries[r].forbidden.empty()) {
                         masked.assign(row.begin(), row.end());
                         for (const TokenId token : queries[r].forbidden)
                           masked[static_cast<std::size_t>(token)] = -std::numeric_limits<Real>::infinity();
                         row = masked;
                       }
                       answers[r] = answer_row<Real>(row, log_sum_exp[r], queries[r], options);
                     }
                   });
  return answers;
}

std::vector<double> as_doubles(const at::Tensor& values) {
  const at::Tensor v = values.to(at::kDouble).to(at::kCPU).contiguous();
  return {v.const_data_ptr<double>(), v.const_data_ptr<double>() + v.numel()};
}

/// Greedy decoding without rules: what is left to do is on the device already.
bool wants_largest_logit(const TokenQuery& query) {
  return query.count == 1 && !query.score && query.draws.empty() && query.forbidden.empty() &&
         !query.only_end_tokens;
}

Answers largest_logits(const at::Tensor& logits, const at::Tensor& argmax,
                       const std::vector<double>& log_sum_exp) {
  const auto best = as_doubles(logits.gather(1, argmax.unsqueeze(1)).squeeze(1));
  const at::Tensor ids = argmax.to(at::kCPU);
  Answers answers;
  for (std::size_t r = 0; r < best.size(); ++r)
    answers.push_back(
        {{static_cast<TokenId>(ids.const_data_ptr<std::int64_t>()[r]), best[r] - log_sum_exp[r], best[r]}});
  return answers;
}

}  // namespace

Answers answer(const at::Tensor& logits, std::span<const TokenQuery> queries, const DecodingOptions& options,
               std::span<const std::size_t> prompts) {
  const RowMaxima maxima = Kernels({logits.device(), logits.scalar_type()}).row_maxima(logits);
  const std::vector<double> log_sum_exp = as_doubles(maxima.log_sum_exp);
  for (std::size_t r = 0; r < log_sum_exp.size(); ++r)
    if (!std::isfinite(log_sum_exp[r]))
      throw DecodingError(prompts[r], fmt::format("the model gave a log-probability of {}", -log_sum_exp[r]));
  if (std::all_of(queries.begin(), queries.end(), wants_largest_logit))
    return largest_logits(logits, maxima.argmax, log_sum_exp);
  const at::Tensor rows = logits.to(at::kCPU);
  return rows.scalar_type() == at::kDouble ? answer_on_cpu<double>(rows, log_sum_exp, queries, options)
                                           : answer_on_cpu<float>(rows, log_sum_exp, queries, options);
}

}  // namespace iiet
