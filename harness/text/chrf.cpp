#include "harness/text/chrf.hpp"

#include <cmath>

#include "harness/base/error.hpp"
#include "harness/base/unicode.hpp"

namespace iiet {
namespace {

constexpr double kEps = 1e-16;
constexpr std::int64_t kHighestOrder = 99;
constexpr std::string_view kPunctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

bool is_punctuation(char c) { return kPunctuation.find(c) != std::string_view::npos; }

bool is_one_character(std::string_view word) { return code_points(word) == 1; }

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
    : options_(options), character_ngrams_(char_orders()), word_ngrams_(word_orders()) {
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

std::span<const std::uint32_t> Chrf::character_ids(std::string_view text) {
  ids_.clear();
  for_each_code_point(text, [this](char32_t c) {
    if (options_.whitespace || !is_white_space(c)) ids_.push_back(characters_.number(c));
  });
  return ids_;
}

std::span<const std::uint32_t> Chrf::word_ids(std::string_view text) {
  ids_.clear();
  for (const std::string_view word : chrf_words(text)) ids_.push_back(words_.add(word));
  return ids_;
}

void Chrf::set_hypothesis(std::string_view text, std::size_t bytes_of_all) {
  characters_.clear();
  const auto characters = character_ids(text);
  hypothesis_characters_ = characters.size();
  character_ngrams_.set(characters);
  if (word_orders() == 0) return;
  words_.clear(bytes_of_all);  // a word has a byte or more
  const auto words = word_ids(text);
  hypothesis_words_ = words.size();
  word_ngrams_.set(words);
}

std::vector<double> Chrf::compared_with(std::string_view reference) {
  std::vector<double> statistics;
  statistics.reserve(width());
  const auto add = [&](std::size_t hypothesis, std::size_t length, std::span<const std::size_t> matches) {
    for (std::size_t n = 0; n < matches.size(); ++n) {
      const double in_reference = length > n ? static_cast<double>(length - n) : 0;
      const double in_hypothesis = hypothesis > n ? static_cast<double>(hypothesis - n) : 0;
      // The reference program forgets the hypothesis' n-grams of an order that the reference text lacks.
      statistics.push_back(in_reference > 0 ? in_hypothesis : 0);
      statistics.push_back(in_reference);
      statistics.push_back(static_cast<double>(matches[n]));
    }
  };
  const auto characters = character_ids(reference);
  add(hypothesis_characters_, characters.size(), character_ngrams_.matches(characters));
  if (word_orders() > 0) {
    const auto words = word_ids(reference);
    add(hypothesis_words_, words.size(), word_ngrams_.matches(words));
  }
  return statistics;
}

std::vector<double> Chrf::best_of(std::string_view hypothesis, std::span<const std::string_view> references) {
  std::size_t bytes = hypothesis.size();
  for (const std::string_view reference : references) bytes += reference.size();
  set_hypothesis(hypothesis, bytes);
  std::vector<double> best = compared_with(references.front());
  for (const std::string_view reference : references.subspan(1)) {
    std::vector<double> other = compared_with(reference);
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

/// The order of operations is the reference's. Quotients of float32 sums are float32, all else double (NumPy
/// 1).
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

std::vector<SignatureField> Chrf::signature() const {
  return {{"case", "c", options_.lowercase ? "lc" : "mixed"},
          {"eff", "e", options_.eps_smoothing ? "no" : "yes"},
          {"nc", "nc", std::to_string(options_.char_order)},
          {"nw", "nw", std::to_string(options_.word_order)},
          {"space", "s", options_.whitespace ? "yes" : "no"}};
}

}  // namespace iiet
