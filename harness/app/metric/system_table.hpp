#pragma once

#include <string>
#include <vector>

#include "harness/app/metric/options.hpp"
#include "harness/text/translation/corpus_metric.hpp"
#include "harness/text/translation/resampling.hpp"

namespace iiet {

/// One column of the table of systems: a metric and its score for each system.
struct MetricColumn {
  std::string name;
  std::vector<PairedResult> results;  // one a system
  std::vector<SignatureField> signature;
};

/// The paired test that was made, for the notes below the table.
struct TestNotes {
  SignificanceTest test = SignificanceTest::none;
  long asked = 0;        // samples or trials, as typed
  std::string baseline;  // its row; empty if it was read from standard input and has no name
};

/// sacreBLEU's table of several systems: text with frames, LaTeX (booktabs), or JSON.
std::string format_systems(const std::vector<std::string>& systems, const std::vector<MetricColumn>& columns,
                           const TestNotes& notes, const OutputOptions& options);

}  // namespace iiet
