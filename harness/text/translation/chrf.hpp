#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/text/translation/character_numbers.hpp"
#include "harness/text/translation/corpus_metric.hpp"
#include "harness/text/translation/ngram_matcher.hpp"
#include "harness/text/translation/ngram_overlap.hpp"

namespace iiet {

/// sacreBLEU's options and defaults.
struct ChrfOptions {
  std::int64_t char_order = 6, word_order = 0;  // word order 2: chrF++
  double beta = 2;                              // recall counts beta times as much as precision
  bool lowercase = false;
  bool whitespace = false;     // count white space as characters
  bool eps_smoothing = false;  // average over all orders, those that a text lacks included
};

/// The words whose n-grams chrF++ counts: a word loses its last character, or else its first, if that is
/// ASCII punctuation. Slices of `text`.
std::vector<std::string_view> chrf_words(std::string_view text);

/// chrF (Popović 2015) and chrF++ (2017) as sacreBLEU 2.6.0 computes them. Statistics of a segment: for every
/// order of characters, then of words, the n-grams of the hypothesis (0 where the reference has none of that
/// order), of the reference, and matches; of several references the one with the best score of the segment.
class Chrf : public CorpusMetric {
 public:
  /// Throws InputError at an option out of range.
  explicit Chrf(ChrfOptions options);

  std::string name() const override;
  std::size_t width() const override { return 3 * orders(); }
  std::vector<double> segment(std::string_view hypothesis,
                              std::span<const std::string_view> references) override;
  double score(std::span<const double> sums) const override;
  double resampled_score(std::span<const float> sums) const override;
  std::vector<SignatureField> signature() const override;

 private:
  std::size_t char_orders() const { return static_cast<std::size_t>(options_.char_order); }
  std::size_t word_orders() const { return static_cast<std::size_t>(options_.word_order); }
  std::size_t orders() const { return char_orders() + word_orders(); }
  std::vector<double> best_of(std::string_view hypothesis, std::span<const std::string_view> references);
  void set_words(std::string_view hypothesis, std::span<const std::string_view> references);
  std::vector<double> compared_with(std::string_view reference, std::size_t index);
  template <typename Number>
  double compute(std::span<const Number> sums) const;
  template <typename Number>
  double compute_with_eps(std::span<const Number> sums) const;

  ChrfOptions options_;
  CharacterNumbers characters_;
  Interner words_;
  NgramOverlap character_ngrams_, word_ngrams_;
  // Numbers of the segment's characters and words, those of the references in their order.
  std::vector<std::uint32_t> hypothesis_characters_, hypothesis_words_;
  std::vector<std::vector<std::uint32_t>> reference_words_;
};

}  // namespace iiet
