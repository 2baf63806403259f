#include "harness/metric/paired_test.hpp"

#include <fmt/format.h>

#include "harness/metric/aggregation.hpp"
#include "harness/metric/significance.hpp"

namespace iiet {
namespace {

PairedTest mcnemar(const DocumentStatistics& old_run, const DocumentStatistics& new_run) {
  std::size_t only_old = 0, only_new = 0;
  for (std::size_t i = 0; i < old_run.size(); ++i) {
    only_old += old_run[i][0] > new_run[i][0] ? 1 : 0;
    only_new += new_run[i][0] > old_run[i][0] ? 1 : 0;
  }
  return {mcnemar_p_value(only_old, only_new),
          fmt::format("McNemar, {} lost, {} gained", only_old, only_new)};
}

}  // namespace

PairedTest paired_test(const Metric& metric, const DocumentStatistics& old_run,
                       const DocumentStatistics& new_run) {
  if (metric.form == DocumentForm::kRightOrWrong) return mcnemar(old_run, new_run);
  // Log-probabilities are compared as they are: perplexities follow from them, but may exceed all numbers.
  const auto ratio = [](std::span<const double> sums) { return sums[1] == 0 ? 0 : ratio_of_sums(sums); };
  const bool of_texts = metric.form == DocumentForm::kTexts;
  return {paired_bootstrap_p_value(old_run, new_run, of_texts ? ScoreOfSums(metric.of_sums) : ratio),
          "paired bootstrap"};
}

double value_of(const Metric& metric, const DocumentStatistics& run) {
  std::vector<double> sums(run.front().size());
  for (const std::vector<double>& document : run)
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += document[i];
  return metric.of_sums(sums);
}

}  // namespace iiet
