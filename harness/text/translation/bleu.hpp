#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/text/translation/bleu_tokenizer.hpp"
#include "harness/text/translation/corpus_metric.hpp"
#include "harness/text/translation/ngram_matcher.hpp"

namespace iiet {

/// What is done about orders without a match (Chen and Cherry 2014).
enum class Smoothing { kExp, kFloor, kAddK, kNone };

/// `exp`, `floor`, `add-k`, `none`; throws InputError on anything else.
Smoothing smoothing_named(std::string_view name);
std::string name_of(Smoothing smoothing);

/// sacreBLEU's options and defaults.
struct BleuOptions {
  std::string tokenize = "13a";
  std::filesystem::path sentencepiece_model = {};  // for spm, flores101, flores200, spBLEU-1K
  bool lowercase = false;
  Smoothing smoothing = Smoothing::kExp;
  std::optional<double> smooth_value = {};  // 0.1 for floor, 1 for add-k; the others have none
  bool effective_order = false;             // leave out orders longer than the text; for single sentences
  std::int64_t max_ngram_order = 4;
};

/// BLEU (Papineni et al. 2002) and what it is made of. Counts and totals are those after smoothing.
struct BleuScore {
  double score = 0, brevity_penalty = 1;
  std::vector<double> counts, totals, precisions;  // order 1, 2, …; precisions 0 to 100
  std::int64_t hypothesis_length = 0, reference_length = 0;
};

/// BLEU as sacreBLEU 2.6.0 computes it. Statistics of a segment: hypothesis length, length of the closest
/// reference, matches of order 1 … N, n-grams of order 1 … N.
class Bleu : public CorpusMetric {
 public:
  /// Throws InputError at an option out of range, or a tokeniser that is not there.
  explicit Bleu(BleuOptions options);

  std::string name() const override { return "BLEU"; }
  std::size_t width() const override { return 2 + 2 * orders(); }
  std::vector<double> segment(std::string_view hypothesis,
                              std::span<const std::string_view> references) override;
  double score(std::span<const double> sums) const override { return detailed_score(sums).score; }
  double resampled_score(std::span<const float> sums) const override;
  std::string details(std::span<const double> sums) const override;
  std::vector<SignatureField> signature() const override;

  BleuScore detailed_score(std::span<const double> sums) const;

 private:
  std::size_t orders() const { return static_cast<std::size_t>(options_.max_ngram_order); }
  std::span<const std::string_view> tokens(std::string_view text);
  template <typename Number>
  BleuScore compute(std::span<const Number> sums) const;

  BleuOptions options_;
  double smooth_value_ = 0;
  std::unique_ptr<BleuTokenizer> tokenizer_;
  NgramMatcher matcher_;
  std::string lowered_;  // the tokens are slices of it
};

}  // namespace iiet
