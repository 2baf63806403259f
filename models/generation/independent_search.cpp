#include <algorithm>
#include <numeric>

#include <ATen/core/PhiloxRNGEngine.h>

#include "models/generation/search.hpp"

namespace iiet {
namespace {

/// A number in [0, 1) of 53 bits. The generator is counter-based: no number depends on which were drawn
/// before.
double uniform(std::uint64_t seed, std::size_t prompt, std::size_t hypothesis, std::size_t position) {
  at::philox_engine engine(seed, static_cast<std::uint64_t>(prompt) << 32 | hypothesis, position);
  const std::uint64_t high = engine(), low = engine();
  return static_cast<double>((high << 32 | low) >> 11) * 0x1p-53;
}

class IndependentSearch : public Search {
 public:
  explicit IndependentSearch(const SearchContext& context)
      : context_(context),
        sampling_(std::get_if<Sampling>(&context.options.strategy)),
        // The last token is not read, so there may be one more than the model can read.
        limit_(std::min(context.max_new_tokens, context.tokens_left + 1)) {}

  std::vector<TokenQuery> queries() const override {
    if (step_ > 0) {
      std::vector<TokenQuery> queries;
      for (const std::size_t h : live_) queries.push_back(query({&h, 1}, found_[h].ids));
      return queries;
    }
    std::vector<std::size_t> all(static_cast<std::size_t>(context_.options.n_best));
    std::iota(all.begin(), all.end(), std::size_t{0});
    return {query(all, {})};
  }

  std::vector<Continuation> advance(std::span<const std::vector<Candidate>> answers) override {
    std::vector<Continuation> next;
    std::vector<std::size_t> going_on;
    if (step_ == 0) found_.resize(static_cast<std::size_t>(context_.options.n_best));
    for (std::size_t row = 0; row < answers.size(); ++row)
      // The first row answers for all hypotheses; where every token is forbidden it has no answer.
      for (std::size_t i = 0; i < answers[row].size(); ++i) {
        const std::size_t h = step_ == 0 ? i : live_[row];
        if (!extend(found_[h], answers[row][i])) continue;
        going_on.push_back(h);
        next.push_back({row, answers[row][i].token});
      }
    ++step_;
    live_ = std::move(going_on);
    return next;
  }

  std::vector<Hypothesis> results() override {
    for (Hypothesis& h : found_)
      h.score = std::accumulate(h.log_probabilities.begin(), h.log_probabilities.end(), 0.0);
    std::stable_sort(found_.begin(), found_.end(),
                     [](const auto& a, const auto& b) { return a.score > b.score; });
    return std::move(found_);
  }

 private:
  TokenQuery query(std::span<const std::size_t> hypotheses, std::span<const TokenId> generated) const {
    TokenQuery query;
    const DecodingOptions& options = context_.options;
    if (sampling_)
      for (const std::size_t h : hypotheses)
        query.draws.push_back(uniform(sampling_->seed, context_.prompt_number, h, step_));
    query.forbidden = repeating_tokens(context_, generated);
    if (static_cast<std::int64_t>(step_) < options.min_new_tokens)
      query.forbidden.insert(query.forbidden.end(), options.end_tokens.begin(), options.end_tokens.end());
    return query;
  }

  /// Adds a token; true if the hypothesis goes on.
  bool extend(Hypothesis& hypothesis, const Candidate& candidate) const {
    hypothesis.ids.push_back(candidate.token);
    hypothesis.log_probabilities.push_back(candidate.log_probability);
    const auto& ends = context_.options.end_tokens;
    if (std::count(ends.begin(), ends.end(), candidate.token) > 0)
      hypothesis.ending = Ending::kEndToken;
    else if (context_.stops && context_.stops(context_.prompt_number, hypothesis.ids))
      hypothesis.ending = Ending::kStop;
    return hypothesis.ending == Ending::kLimit && static_cast<std::int64_t>(hypothesis.ids.size()) < limit_;
  }

  const SearchContext context_;
  const Sampling* sampling_;
  std::int64_t limit_;
  std::size_t step_ = 0;
  std::vector<Hypothesis> found_;
  std::vector<std::size_t> live_;  // indices into found_
};

}  // namespace

std::unique_ptr<Search> make_independent_search(const SearchContext& context) {
  return std::make_unique<IndependentSearch>(context);
}

}  // namespace iiet
