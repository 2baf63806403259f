#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/text/rouge/rouge.hpp"

namespace iiet {

/// Options of ROUGE-1.5.5.pl, by its flags.
struct Rouge155Options {
  std::size_t max_order = 2;                                           // -n: ROUGE-1 to ROUGE-n, then ROUGE-L
  RougeStemming stemming = RougeStemming::kNone;                       // -m
  enum class Targets { kAverage, kBest } targets = Targets::kAverage;  // -f A or -f B
  enum class Format { kSee, kSpl } format = Format::kSee;              // SEE: a sentence ends at `<`
  std::size_t samples = 1000;                                          // -r
  double confidence_percent = 95;                                      // -c: above 0, at most 100
};

/// Mean of the resampled means and the confidence limits, rounded to the five decimals that are printed.
struct Rouge155Average {
  double mean = 0, low = 0, high = 0;
};

struct Rouge155Result {
  std::string name;  // `ROUGE-1`, …, `ROUGE-L`
  Rouge155Average recall, precision, fmeasure;
};

/// ROUGE-1.5.5.pl, to its five decimals; documents are numbered from 1 as they are added. Sentences are
/// lines. Without the program's list of exceptions to the stemmer. Not safe from several threads.
class Rouge155 {
 public:
  /// Throws InputError where an option is out of range.
  explicit Rouge155(const Rouge155Options& options);

  /// `ROUGE-1`, …, `ROUGE-L`.
  const std::vector<std::string>& names() const { return names_; }

  /// Scores of the next document, one a name, rounded as the program does it. Throws InputError where there
  /// is no target.
  std::vector<RougeScore> add(std::span<const std::string_view> targets, std::string_view prediction);

  /// Averages over all documents, one a name. Throws InputError where there is no document.
  std::vector<Rouge155Result> averages() const;

  /// The lines that the program prints for `averages` (`-a`).
  std::string lines(std::span<const Rouge155Result> results) const;

 private:
  std::vector<RougeOverlap> overlaps(const RougeText& target, const RougeText& prediction);
  void combine(RougeOverlap& all, const RougeOverlap& one) const;

  Rouge155Options options_;
  std::vector<std::string> names_;
  RougeTokenizer tokenizer_;
  RougeCounter counter_;
  std::vector<std::vector<RougeScore>> documents_;  // by name
};

}  // namespace iiet
