#include "models/generation/fairseq_search.hpp"

#include <algorithm>
#include <cmath>

namespace iiet {
namespace {

class FairseqSearch : public Search {
 public:
  explicit FairseqSearch(const SearchContext& context)
      : context_(context),
        beam_(std::get<BeamSearch>(context.options.strategy)),
        max_length_(std::min(context.max_new_tokens, context.tokens_left)) {}

  std::vector<TokenQuery> queries() const override {
    std::vector<TokenQuery> queries;
    for (const Live& live : live_) {
      TokenQuery query;
      query.count = std::min(2 * beam_.beams, context_.vocabulary);
      query.score = live.score;
      query.only_end_tokens = step_ >= max_length_;
      if (!query.only_end_tokens) {
        query.forbidden = repeating_tokens(context_, live.ids);
        const auto& ends = context_.options.end_tokens;
        if (step_ < context_.options.min_new_tokens)
          query.forbidden.insert(query.forbidden.end(), ends.begin(), ends.end());
      }
      queries.push_back(std::move(query));
    }
    return queries;
  }

  std::vector<Continuation> advance(std::span<const std::vector<Candidate>> answers) override {
    const auto beams = static_cast<std::size_t>(beam_.beams);
    std::vector<Continuation> next;
    std::vector<Live> going_on;
    const std::vector<Ranked> ranked = best_of(answers);
    for (std::size_t rank = 0; rank < ranked.size() && (rank < beams || next.size() < beams); ++rank) {
      Live extended = extend(live_[ranked[rank].row], ranked[rank].candidate);
      const Ending ending = ending_of(extended);
      if (ending == Ending::kLimit) {
        if (next.size() == beams) continue;
        next.push_back({ranked[rank].row, ranked[rank].candidate.token});
        going_on.push_back(std::move(extended));
      } else if (rank < beams && finished_.size() < beams) {
        finished_.push_back(finish(std::move(extended), ending));
      }
    }
    const bool is_over = finished_.size() == beams || step_ == max_length_ || next.empty();
    ++step_;
    if (is_over) return {};
    live_ = std::move(going_on);
    return next;
  }

  std::vector<Hypothesis> results() override {
    // Nothing is finished only where end tokens have no probability at all.
    if (finished_.empty())
      for (Live& live : live_) finished_.push_back(finish(std::move(live), Ending::kLimit));
    std::stable_sort(finished_.begin(), finished_.end(),
                     [](const auto& a, const auto& b) { return a.score > b.score; });
    finished_.resize(std::min(finished_.size(), static_cast<std::size_t>(context_.options.n_best)));
    return std::move(finished_);
  }

 private:
  struct Live {
    std::vector<TokenId> ids;
    std::vector<double> steps;  // differences of cumulative scores
    double score = 0;           // cumulative
  };
  struct Ranked {
    std::size_t row;
    Candidate candidate;
  };

  /// The best candidates of all rows; a table of K rows loses one entry, as the reference has it for padding.
  std::vector<Ranked> best_of(std::span<const std::vector<Candidate>> answers) const {
    std::vector<Ranked> all;
    for (std::size_t row = 0; row < answers.size(); ++row)
      for (const Candidate& candidate : answers[row]) all.push_back({row, candidate});
    std::sort(all.begin(), all.end(), [](const Ranked& a, const Ranked& b) {
      if (a.candidate.score != b.candidate.score) return a.candidate.score > b.candidate.score;
      return a.row != b.row ? a.row < b.row : a.candidate.token < b.candidate.token;
    });
    const std::int64_t table = (step_ == 0 ? 1 : beam_.beams) * context_.vocabulary;
    all.resize(std::min(all.size(), static_cast<std::size_t>(std::min(2 * beam_.beams, table - 1))));
    return all;
  }

  static Live extend(const Live& live, const Candidate& candidate) {
    Live extended = live;
    extended.ids.push_back(candidate.token);
    extended.steps.push_back(candidate.score - live.score);
    extended.score = candidate.score;
    return extended;
  }

  Ending ending_of(const Live& live) const {
    const auto& ends = context_.options.end_tokens;
    if (std::count(ends.begin(), ends.end(), live.ids.back()) > 0) return Ending::kEndToken;
    const bool stops = context_.stops && context_.stops(context_.prompt_number, live.ids);
    return stops ? Ending::kStop : Ending::kLimit;
  }

  Hypothesis finish(Live live, Ending ending) const {
    const auto length = static_cast<double>(live.ids.size());
    const double score =
        beam_.is_normalized && length > 0 ? live.score / std::pow(length, beam_.length_penalty) : live.score;
    return {std::move(live.ids), std::move(live.steps), score, ending};
  }

  const SearchContext context_;
  const BeamSearch& beam_;
  const std::int64_t max_length_;
  std::int64_t step_ = 0;
  std::vector<Live> live_{Live{}};
  std::vector<Hypothesis> finished_;
};

}  // namespace

std::unique_ptr<Search> make_fairseq_search(const SearchContext& context) {
  return std::make_unique<FairseqSearch>(context);
}

}  // namespace iiet
