#include "harness/text/rouge/rouge.hpp"

#include <algorithm>
#include <array>

#include "harness/base/error.hpp"

namespace iiet {
namespace {

constexpr std::size_t kHighestOrder = 9;

RougeScore score_of(const RougeOverlap& overlap) {
  const auto ratio = [&](std::uint64_t total) {
    return total == 0 ? 0.0 : static_cast<double>(overlap.hits) / static_cast<double>(total);
  };
  RougeScore score{.precision = ratio(overlap.prediction), .recall = ratio(overlap.target)};
  const double sum = score.precision + score.recall;
  if (sum > 0) score.fmeasure = 2 * score.precision * score.recall / sum;
  return score;
}

std::vector<std::string> all_names() {
  std::vector<std::string> names;
  for (std::size_t order = 1; order <= kHighestOrder; ++order)
    names.push_back(to_string(RougeType{.order = order}));
  names.push_back("rougeL");
  names.push_back("rougeLsum");
  return names;
}

}  // namespace

std::span<const std::string> rouge_type_names() {
  static const std::vector<std::string> names = all_names();
  return names;
}

RougeType rouge_type(std::string_view name) {
  const auto names = rouge_type_names();
  require(std::find(names.begin(), names.end(), name) != names.end(), "{}",
          unknown_name("ROUGE type", name, names));
  if (name == "rougeL") return {.kind = RougeType::Kind::kLongest};
  if (name == "rougeLsum") return {.kind = RougeType::Kind::kLines};
  return {.order = static_cast<std::size_t>(name.back() - '0')};
}

std::string to_string(const RougeType& type) {
  switch (type.kind) {
    case RougeType::Kind::kLongest:
      return "rougeL";
    case RougeType::Kind::kLines:
      return "rougeLsum";
    case RougeType::Kind::kNgram:
      break;
  }
  return fmt::format("rouge{}", type.order);
}

RougeScorer::RougeScorer(std::vector<RougeType> types, RougeStemming stemming)
    : types_(std::move(types)), tokenizer_(rouge_score_dialect(stemming)) {
  require(!types_.empty(), "no ROUGE type; known: {}", fmt::join(rouge_type_names(), ", "));
  for (const RougeType& type : types_)
    if (type.kind == RougeType::Kind::kNgram) orders_ = std::max(orders_, type.order);
}

std::vector<RougeScore> RougeScorer::score(const RougeText& target, const RougeText& prediction) {
  counter_.set_tokens_known(tokenizer_.tokens_known());
  const std::vector<RougeOverlap> ngrams = counter_.ngrams(target, prediction, orders_);
  std::vector<RougeScore> scores;
  for (const RougeType& type : types_) switch (type.kind) {
      case RougeType::Kind::kNgram:
        scores.push_back(score_of(ngrams[type.order - 1]));
        break;
      case RougeType::Kind::kLongest:
        scores.push_back(score_of(counter_.longest_common(target, prediction)));
        break;
      case RougeType::Kind::kLines:
        scores.push_back(score_of(counter_.union_of_lines(target, prediction)));
        break;
    }
  return scores;
}

std::vector<RougeScore> RougeScorer::score(std::string_view target, std::string_view prediction) {
  return score_multi(std::array{target}, prediction);
}

std::vector<RougeScore> RougeScorer::score_multi(std::span<const std::string_view> targets,
                                                 std::string_view prediction) {
  require(!targets.empty(), "ROUGE: a prediction needs at least one target, got none");
  tokenizer_.forget_if_many();
  const RougeText read_prediction = tokenizer_.read(prediction);
  std::vector<RougeScore> best;
  for (const std::string_view target : targets) {
    const std::vector<RougeScore> scores = score(tokenizer_.read(target), read_prediction);
    if (best.empty()) best = scores;
    for (std::size_t i = 0; i < scores.size(); ++i)
      if (scores[i].fmeasure > best[i].fmeasure) best[i] = scores[i];
  }
  return best;
}

}  // namespace iiet
