#include "harness/text/rouge_aggregation.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "harness/base/error.hpp"

namespace iiet {
namespace {

/// The generator behind `numpy.random.seed` and `numpy.random.choice`, for places in [0, count).
class PlaceStream {
 public:
  PlaceStream(std::uint32_t seed) : random_(seed) {}

  /// Bits of the next output that are beyond the largest place are cut off; what is still too large is drawn
  /// again. A single place draws nothing.
  std::uint32_t below(std::uint32_t count) {
    const std::uint32_t largest = count - 1;
    if (largest == 0) return 0;
    const std::uint32_t mask = ~std::uint32_t{0} >> std::countl_zero(largest);
    std::uint32_t place;
    do {
      place = static_cast<std::uint32_t>(random_()) & mask;
    } while (place > largest);
    return place;
  }

 private:
  std::mt19937 random_;
};

class Sum {
 public:
  void add(const RougeScore& score) {
    precision_ += score.precision;
    recall_ += score.recall;
    fmeasure_ += score.fmeasure;
  }
  RougeScore mean_of(std::size_t count) const {
    const auto n = static_cast<double>(count);
    return {precision_ / n, recall_ / n, fmeasure_ / n};
  }

 private:
  double precision_ = 0, recall_ = 0, fmeasure_ = 0;
};

/// `numpy.percentile` (linear) of sorted values.
double percentile(std::span<const double> sorted, double percent) {
  const double position = static_cast<double>(sorted.size() - 1) * (percent / 100);
  const auto below = static_cast<std::size_t>(position);
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

RougeScore rouge_mean(std::span<const RougeScore> scores) {
  require(!scores.empty(), "ROUGE: the mean needs at least one document, got none");
  Sum sum;
  for (const RougeScore& score : scores) sum.add(score);
  return sum.mean_of(scores.size());
}

std::vector<RougeInterval> rouge_intervals(std::span<const std::vector<RougeScore>> scores,
                                           const RougeResampling& resampling) {
  require(resampling.samples > 0, "ROUGE: resampling needs at least 1 sample, got 0");
  require(resampling.confidence > 0 && resampling.confidence < 1,
          "ROUGE: the confidence level is above 0 and below 1, got {}", resampling.confidence);
  PlaceStream places(resampling.seed);
  std::vector<RougeInterval> intervals;
  std::vector<RougeScore> means(resampling.samples);
  for (const std::vector<RougeScore>& documents : scores) {
    require(!documents.empty() && documents.size() <= std::numeric_limits<std::uint32_t>::max(),
            "ROUGE: resampling takes 1 to 2^32 - 1 documents, got {}", documents.size());
    for (RougeScore& mean : means) {
      Sum sum;
      for (std::size_t i = 0; i < documents.size(); ++i)
        sum.add(documents[places.below(static_cast<std::uint32_t>(documents.size()))]);
      mean = sum.mean_of(documents.size());
    }
    intervals.push_back(interval_of(means, resampling.confidence));
  }
  return intervals;
}

}  // namespace iiet
