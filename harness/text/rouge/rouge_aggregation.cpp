#include "harness/text/rouge/rouge_aggregation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/base/error.hpp"
#include "harness/base/numbers.hpp"
#include "harness/base/resample/places.hpp"

namespace iiet {
namespace {

/// `numpy.percentile` (linear) of sorted values.
double percentile(std::span<const double> sorted, double percent) {
  const double position = static_cast<double>(sorted.size() - 1) * (percent / 100);
  const std::size_t below = whole_part(position, sorted.size() - 1);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double t = position - static_cast<double>(below);
  const double step = sorted[above] - sorted[below];
  return t < 0.5 ? sorted[below] + step * t : sorted[above] - step * (1 - t);
}

RougeInterval interval_of(std::span<const RougeScore> means, double confidence) {
  const double tail = (1 - confidence) / 2;
  RougeInterval interval;
  std::vector<double> values(means.size());
  for (double RougeScore::*const part :
       {&RougeScore::precision, &RougeScore::recall, &RougeScore::fmeasure}) {
    std::transform(means.begin(), means.end(), values.begin(),
                   [&](const RougeScore& mean) { return mean.*part; });
    std::sort(values.begin(), values.end());
    interval.low.*part = percentile(values, 100 * tail);
    interval.mid.*part = percentile(values, 100 * 0.5);
    interval.high.*part = percentile(values, 100 * (1 - tail));
  }
  return interval;
}

}  // namespace

void RougeSum::add(const RougeScore& score) {
  sum_.precision += score.precision;
  sum_.recall += score.recall;
  sum_.fmeasure += score.fmeasure;
  ++documents_;
}

RougeScore RougeSum::mean() const {
  require(documents_ > 0, "ROUGE: the mean needs at least one document, got none");
  const auto n = static_cast<double>(documents_);
  return {sum_.precision / n, sum_.recall / n, sum_.fmeasure / n};
}

std::vector<RougeInterval> rouge_intervals(std::span<const std::vector<RougeScore>> scores,
                                           const RougeResampling& resampling) {
  require(resampling.samples > 0, "ROUGE: resampling needs at least 1 sample, got 0");
  require(resampling.confidence > 0 && resampling.confidence < 1,
          "ROUGE: the confidence level is above 0 and below 1, got {}", resampling.confidence);
  LegacyNumpyPlaces draw(resampling.seed);
  std::vector<RougeInterval> intervals;
  for (const std::vector<RougeScore>& documents : scores) {
    require(!documents.empty() && documents.size() <= std::numeric_limits<std::uint32_t>::max(),
            "ROUGE: resampling takes 1 to 2^32 - 1 documents, got {}", documents.size());
    RougeTable table;
    for (const RougeScore& score : documents) table.add(score);
    intervals.push_back(
        interval_of(table.means_of_resamples(resampling.samples, draw), resampling.confidence));
  }
  return intervals;
}

}  // namespace iiet
