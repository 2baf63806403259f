#include "harness/text/rouge/rouge_overlap.hpp"

namespace iiet {
namespace {

/// An n-gram of the prediction that the target does not have.
constexpr std::uint32_t kAbsent = PairInterner::kAbsent;

std::uint64_t grams_of_order(const RougeText& text, std::size_t order) {
  return text.tokens.size() < order ? 0 : text.tokens.size() - order + 1;
}

}  // namespace

void RougeCounter::set_tokens_known(std::size_t tokens) {
  if (in_target_.size() >= tokens) return;
  in_target_.resize(tokens);
  in_prediction_.resize(tokens);
}

std::vector<RougeOverlap> RougeCounter::ngrams(const RougeText& target, const RougeText& prediction,
                                               std::size_t orders) {
  std::vector<RougeOverlap> overlaps;
  for (std::size_t order = 1; order <= orders; ++order) {
    const std::uint64_t hits =
        order == 1 ? common_tokens(target, prediction) : common_longer_grams(target, prediction, order);
    overlaps.push_back({hits, grams_of_order(target, order), grams_of_order(prediction, order)});
  }
  return overlaps;
}

std::uint64_t RougeCounter::common_tokens(const RougeText& target, const RougeText& prediction) {
  target_grams_ = target.tokens;
  prediction_grams_ = prediction.tokens;
  for (const RougeToken token : target.tokens) ++in_target_[token];
  for (Gram& gram : prediction_grams_)
    if (in_target_[gram] == 0) gram = kAbsent;
  std::uint64_t hits = 0;
  for (const RougeToken token : prediction.tokens) {
    if (in_target_[token] == 0) continue;
    --in_target_[token];
    ++hits;
  }
  for (const RougeToken token : target.tokens) in_target_[token] = 0;
  return hits;
}

/// Makes n-grams of the (n-1)-grams: pairs of their number and the next token are numbered anew.
std::uint64_t RougeCounter::common_longer_grams(const RougeText& target, const RougeText& prediction,
                                                std::size_t order) {
  const std::size_t target_count = grams_of_order(target, order);
  grams_.clear();
  left_.clear();
  for (std::size_t i = 0; i < target_count; ++i) {
    Gram& gram = target_grams_[i];
    gram = grams_.add(gram, target.tokens[i + order - 1]);
    if (gram == left_.size()) left_.push_back(0);
    ++left_[gram];
  }
  std::uint64_t hits = 0;
  for (std::size_t i = 0, count = grams_of_order(prediction, order); i < count; ++i) {
    Gram& gram = prediction_grams_[i];
    if (gram == kAbsent) continue;
    gram = grams_.find(gram, prediction.tokens[i + order - 1]);
    if (gram == kAbsent || left_[gram] == 0) continue;
    --left_[gram];
    ++hits;
  }
  return hits;
}

RougeOverlap RougeCounter::longest_common(const RougeText& target, const RougeText& prediction) {
  subsequence_.set_text(target.tokens, in_target_.size());
  return {subsequence_.length(prediction.tokens), target.tokens.size(), prediction.tokens.size()};
}

RougeOverlap RougeCounter::union_of_lines(const RougeText& target, const RougeText& prediction) {
  RougeOverlap overlap{0, target.tokens.size(), prediction.tokens.size()};
  for (const RougeToken token : target.tokens) ++in_target_[token];
  for (const RougeToken token : prediction.tokens) ++in_prediction_[token];
  for (std::size_t i = 0; i < target.lines(); ++i) {
    const auto line = target.line(i);
    subsequence_.set_text(line, in_target_.size());
    for (std::size_t j = 0; j < prediction.lines(); ++j) subsequence_.mark(prediction.line(j));
    for (std::size_t place = 0; place < line.size(); ++place) {
      std::uint32_t &in_target = in_target_[line[place]], &in_prediction = in_prediction_[line[place]];
      if (!subsequence_.is_marked(place) || in_target == 0 || in_prediction == 0) continue;
      --in_target;
      --in_prediction;
      ++overlap.hits;
    }
  }
  for (const RougeToken token : target.tokens) in_target_[token] = 0;
  for (const RougeToken token : prediction.tokens) in_prediction_[token] = 0;
  return overlap;
}

}  // namespace iiet
