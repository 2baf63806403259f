#pragma once

#include <span>
#include <string>

#include "harness/app/metric/corpus_statistics.hpp"
#include "harness/app/metric/options.hpp"

namespace iiet {

/// `iiet-eval metric` with sacreBLEU's own argument list: the same text on stdout, the same exit code.
int run_sacrebleu(std::span<const std::string> arguments);

/// Scores of files as sacreBLEU prints them: one system, or a table of several. The metrics are printed in
/// the order given.
void print_corpus(SegmentReader& segments, const CorpusMetrics& metrics, const MetricOptions& options);

/// Whether lines are printed while later ones are still to be read.
enum class PrintLines { as_they_come, at_the_end };

/// One line a segment and metric.
void print_sentences(SegmentReader& segments, const CorpusMetrics& metrics, const OutputOptions& options,
                     PrintLines when);

}  // namespace iiet
