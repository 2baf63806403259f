#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/app/metric/options.hpp"
#include "harness/app/metric/segment_reader.hpp"
#include "harness/text/translation/corpus_metric.hpp"
#include "harness/text/translation/statistics_table.hpp"

namespace iiet {

using CorpusMetrics = std::vector<std::unique_ptr<CorpusMetric>>;

/// bleu, chrf and ter by name, in the order given, each once. Throws InputError at an option that does not
/// fit.
CorpusMetrics make_corpus_metrics(const std::vector<std::string>& names, const MetricOptions& options);

/// The statistics of whole files, read once: [metric][system].
struct CorpusStatistics {
  std::vector<std::string> systems;
  std::size_t segments = 0;
  std::string references;  // their number, or `var`
  std::vector<std::vector<std::vector<double>>> sums;
  std::vector<std::vector<StatisticsTable>> tables;  // empty unless kept
};

/// What is kept besides the sums: nothing, which needs no memory, or each segment's statistics to resample.
enum class Keep { sums, segments };

CorpusStatistics gather(SegmentReader& segments, const CorpusMetrics& metrics, Keep keep);

}  // namespace iiet
