#include "harness/text/translation/chrf.hpp"

#include <cmath>

#include "harness/base/error.hpp"
#include "harness/base/unicode.hpp"

namespace iiet {
namespace {

constexpr double kEps = 1e-16;
constexpr std::int64_t kHighestOrder = 99;
/// The 32 marks of ASCII.
bool is_punctuation(char c) {
  return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}

bool is_one_character(std::string_view word) {
  constexpr std::size_t kLongestCharacter = 4;  // bytes
  return word.size() <= kLongestCharacter && code_points(word) == 1;
}

}  // namespace

std::vector<std::string_view> chrf_words(std::string_view text) {
  std::vector<std::string_view> words;
  for_each_word(text, [&](std::string_view word) {
    // Punctuation is one byte, and no byte of a longer character looks like it.
    if (is_one_character(word)) {
      words.push_back(word);
    } else if (is_punctuation(word.back())) {
      words.push_back(word.substr(0, word.size() - 1));
      words.push_back(word.substr(word.size() - 1));
    } else if (is_punctuation(word.front())) {
      words.push_back(word.substr(0, 1));
      words.push_back(word.substr(1));
    } else {
      words.push_back(word);
    }
  });
  return words;
}

Chrf::Chrf(ChrfOptions options)
    : options_(options),
      characters_(options.whitespace ? CharacterNumbers::WhiteSpace::kNumbered
                                     : CharacterNumbers::WhiteSpace::kLeftOut),
      character_ngrams_(char_orders()),
      word_ngrams_(word_orders()) {
  require(options.char_order >= 0 && options.char_order <= kHighestOrder,
          "chrF: character order {}; allowed: 0 to {}", options.char_order, kHighestOrder);
  require(options.word_order >= 0 && options.word_order <= kHighestOrder,
          "chrF: word order {}; allowed: 0 to {}", options.word_order, kHighestOrder);
  require(options.char_order + options.word_order > 0, "chrF: character and word order are both 0");
  require(std::isfinite(options.beta) && options.beta >= 0, "chrF: beta {}; allowed: 0 or more",
          options.beta);
}

std::string Chrf::name() const {
  return fmt::format("chrF{}{}", options_.beta, std::string(word_orders(), '+'));
}

void Chrf::set_words(std::string_view hypothesis, std::span<const std::string_view> references) {
  std::vector<std::vector<std::string_view>> texts{chrf_words(hypothesis)};
  for (const std::string_view reference : references) texts.push_back(chrf_words(reference));
  words_.clear();
  const auto numbered = [this](const std::vector<std::string_view>& words) {
    std::vector<std::uint32_t> numbers;
    numbers.reserve(words.size());
    for (const std::string_view word : words) numbers.push_back(words_.add(word));
    return numbers;
  };
  hypothesis_words_ = numbered(texts.front());
  reference_words_.clear();
  for (std::size_t i = 1; i < texts.size(); ++i) reference_words_.push_back(numbered(texts[i]));
}

/// The statistics with one reference of the segment and its place among the references.
std::vector<double> Chrf::compared_with(std::string_view reference, std::size_t index) {
  std::vector<double> statistics;
  statistics.reserve(width());
  using Numbers = std::vector<std::uint32_t>;
  const auto add = [&](const Numbers& hypothesis, const Numbers& in_reference, NgramOverlap& ngrams) {
    const auto matches = ngrams.matches(hypothesis, in_reference);
    for (std::size_t n = 0; n < matches.size(); ++n) {
      const auto ngrams_of = [n](const Numbers& text) {
        return text.size() > n ? static_cast<double>(text.size() - n) : 0;
      };
      const double total = ngrams_of(in_reference);
      // The reference program forgets the hypothesis' n-grams of an order that the reference text lacks.
      statistics.push_back(total > 0 ? ngrams_of(hypothesis) : 0);
      statistics.push_back(total);
      statistics.push_back(static_cast<double>(matches[n]));
    }
  };
  add(hypothesis_characters_, characters_.of(reference), character_ngrams_);
  if (word_orders() > 0) add(hypothesis_words_, reference_words_[index], word_ngrams_);
  return statistics;
}

std::vector<double> Chrf::best_of(std::string_view hypothesis, std::span<const std::string_view> references) {
  characters_.clear();
  hypothesis_characters_ = characters_.of(hypothesis);
  if (word_orders() > 0) set_words(hypothesis, references);
  std::vector<double> best = compared_with(references.front(), 0);
  for (std::size_t i = 1; i < references.size(); ++i) {
    std::vector<double> other = compared_with(references[i], i);
    if (score(other) > score(best)) best = std::move(other);
  }
  return best;
}

std::vector<double> Chrf::segment(std::string_view hypothesis, std::span<const std::string_view> references) {
  require(!references.empty(), "chrF: a segment without a reference");
  if (options_.lowercase) {
    std::vector<std::string> lowered;
    for (const std::string_view reference : references) lowered.push_back(lower(reference));
    const std::vector<std::string_view> views(lowered.begin(), lowered.end());
    return best_of(lower(hypothesis), views);
  }
  return best_of(hypothesis, references);
}

/// The order of operations is the reference's. Quotients of float32 sums are float32 and all else double, as
/// in NumPy 1.
template <typename Number>
double Chrf::compute(std::span<const Number> sums) const {
  if (options_.eps_smoothing) return compute_with_eps(sums);
  const double factor = options_.beta * options_.beta;
  double precision = 0, recall = 0;
  std::size_t effective = 0;
  for (std::size_t n = 0; n < orders(); ++n) {
    const Number hypothesis = sums[3 * n], reference = sums[3 * n + 1], matches = sums[3 * n + 2];
    if (!(hypothesis > 0 && reference > 0)) continue;
    precision += matches / hypothesis;
    recall += matches / reference;
    ++effective;
  }
  if (effective == 0) return 0;
  precision /= static_cast<double>(effective);
  recall /= static_cast<double>(effective);
  if (precision + recall == 0) return 0;
  const double f = (1 + factor) * precision * recall;
  return 100 * (f / ((factor * precision) + recall));
}

template <typename Number>
double Chrf::compute_with_eps(std::span<const Number> sums) const {
  const double factor = options_.beta * options_.beta;
  double sum = 0;
  for (std::size_t n = 0; n < orders(); ++n) {
    const Number hypothesis = sums[3 * n], reference = sums[3 * n + 1], matches = sums[3 * n + 2];
    const double precision = hypothesis > 0 ? static_cast<double>(matches / hypothesis) : kEps;
    const double recall = reference > 0 ? static_cast<double>(matches / reference) : kEps;
    const double denominator = factor * precision + recall;
    sum += denominator > 0 ? (1 + factor) * precision * recall / denominator : kEps;
  }
  return 100 * sum / static_cast<double>(orders());
}

double Chrf::score(std::span<const double> sums) const { return compute(sums); }

double Chrf::resampled_score(std::span<const float> sums) const { return compute(sums); }

std::vector<SignatureField> Chrf::signature() const {
  return {{"case", "c", options_.lowercase ? "lc" : "mixed"},
          {"eff", "e", options_.eps_smoothing ? "no" : "yes"},
          {"nc", "nc", std::to_string(options_.char_order)},
          {"nw", "nw", std::to_string(options_.word_order)},
          {"space", "s", options_.whitespace ? "yes" : "no"}};
}

}  // namespace iiet
