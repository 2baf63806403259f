#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/app/metric/options.hpp"
#include "harness/text/translation/corpus_metric.hpp"
#include "harness/text/translation/resampling.hpp"
#include "harness/text/translation/signature.hpp"

namespace iiet {

/// All that sacreBLEU prints of one system under one metric.
struct ScoreReport {
  std::string name;
  double score = 0;
  std::optional<Interval> interval;
  std::string details;  // BLEU's precisions and lengths
  std::vector<SignatureField> signature;
};

ScoreReport score_report(const CorpusMetric& metric, std::span<const double> sums,
                         const CommonSignature& common);

/// With `width` decimals, correctly rounded.
std::string decimals(double value, long width);

/// `BLEU|nrefs:1|… = 26.6 (μ = 26.6 ± 0.6) 58.9/… (BP = …)`, or the score alone.
std::string score_line(const ScoreReport& report, const OutputOptions& options);

/// All of one system, as the program prints them, LF at the end. In text the signs of equality are aligned.
std::string format_scores(std::span<const ScoreReport> reports, const OutputOptions& options);

}  // namespace iiet
