#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/text/translation/corpus_metric.hpp"
#include "harness/text/translation/ngram_matcher.hpp"
#include "harness/text/translation/tercom_tokenizer.hpp"
#include "harness/text/translation/translation_edits.hpp"

namespace iiet {

/// TER (Snover et al. 2006) as sacreBLEU 2.6.0 computes it. Statistics of a segment: the fewest edits to any
/// reference, and the mean length of the references (which need not be whole).
class Ter : public CorpusMetric {
 public:
  explicit Ter(TercomOptions options) : options_(options) {}

  std::string name() const override { return "TER"; }
  bool higher_is_better() const override { return false; }
  std::size_t width() const override { return 2; }
  std::vector<double> segment(std::string_view hypothesis,
                              std::span<const std::string_view> references) override;
  double score(std::span<const double> sums) const override;
  double resampled_score(std::span<const float> sums) const override;
  std::vector<SignatureField> signature() const override;

 private:
  TercomOptions options_;
  Interner words_;
  TranslationEdits edits_;
  std::vector<std::uint32_t> hypothesis_, reference_;
};

}  // namespace iiet
