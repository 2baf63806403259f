#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace iiet {

/// One field of a sacreBLEU signature: `nrefs:1` or, short, `#:1`.
struct SignatureField {
  std::string name, short_name, value;
};

/// A metric of a corpus (BLEU, chrF, TER): each segment gives a vector of statistics, and the score is a
/// function of their sum. So a resample of segments is scored without reading text again. Text is UTF-8 and
/// must be valid. Not safe from several threads: an object keeps scratch space; make one a thread.
class CorpusMetric {
 public:
  virtual ~CorpusMetric() = default;

  /// As sacreBLEU prints it: `BLEU`, `chrF2++`, `TER`.
  virtual std::string name() const = 0;
  virtual bool higher_is_better() const { return true; }

  /// Number of statistics of a segment.
  virtual std::size_t width() const = 0;

  /// Statistics of one segment against one or more references, pre-processed as the metric does it. All are
  /// whole numbers but TER's mean reference length. Throws InputError where there is no reference.
  virtual std::vector<double> segment(std::string_view hypothesis,
                                      std::span<const std::string_view> references) = 0;

  /// Score, 0 to 100 (TER may exceed it), of summed statistics.
  virtual double score(std::span<const double> sums) const = 0;

  /// The score of sums that sacreBLEU holds as float32 (its bootstrap), with the arithmetic of NumPy 1.
  virtual double resampled_score(std::span<const float> sums) const = 0;

  /// What follows the score in the text line (BLEU: precisions, brevity penalty, lengths); empty for others.
  virtual std::string details(std::span<const double> sums) const;

  /// The metric's own fields, in sacreBLEU's order, without the common ones (nrefs … version).
  virtual std::vector<SignatureField> signature() const = 0;
};

}  // namespace iiet
