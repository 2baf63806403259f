#include "harness/text/rouge/rouge155.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <numeric>

#include "harness/base/error.hpp"
#include "harness/base/numbers.hpp"
#include "harness/base/resample/places.hpp"
#include "harness/text/rouge/rouge155_stemmer.hpp"
#include "harness/text/rouge/rouge_aggregation.hpp"

namespace iiet {
namespace {

constexpr std::size_t kHighestOrder = 99;

/// As Perl's sprintf("%.5f") and the way back: rounds the decimal value of the double, exactly.
double five_decimals(double value) {
  const std::string text = fmt::format("{:.5f}", value);
  double result = 0;
  std::from_chars(text.data(), text.data() + text.size(), result);
  return result;
}

double ratio(std::uint64_t hits, std::uint64_t total) {
  return total == 0 ? 0 : five_decimals(static_cast<double>(hits) / static_cast<double>(total));
}

/// The program goes on with what it prints: F is made of the rounded values.
RougeScore score_of(const RougeOverlap& overlap) {
  RougeScore score{.precision = ratio(overlap.hits, overlap.prediction),
                   .recall = ratio(overlap.hits, overlap.target)};
  const double middle = 0.5 * score.precision + 0.5 * score.recall;
  if (middle > 0) score.fmeasure = five_decimals(score.precision * score.recall / middle);
  return score;
}

/// Places of documents in the order of the strings `1.1`, `10.1`, `11.1`, …, in which the program averages.
std::vector<std::size_t> places_by_name(std::size_t documents) {
  std::vector<std::string> names;
  for (std::size_t i = 1; i <= documents; ++i) names.push_back(fmt::format("{}.1", i));
  std::vector<std::size_t> places(documents);
  std::iota(places.begin(), places.end(), 0);
  std::sort(places.begin(), places.end(), [&](std::size_t a, std::size_t b) { return names[a] < names[b]; });
  return places;
}

/// Mean and limits of sorted means of resamples. A limit lies between two of them; where the second does not
/// exist, the program counts it as 0.
Rouge155Average average_of(std::span<const double> sorted, double confidence_percent) {
  const auto samples = static_cast<double>(sorted.size());
  const double tail = samples * (100 - confidence_percent) / 2 / 100;
  const double end = samples - tail - 1;
  const std::size_t low = whole_part(tail, sorted.size() - 1), high = whole_part(end, sorted.size() - 1);
  const double rest = end - static_cast<double>(high);
  const auto between = [&](std::size_t place) {
    const double next = place + 1 < sorted.size() ? sorted[place + 1] : 0;
    return sorted[place] + (next - sorted[place]) * rest;
  };
  const double sum = std::accumulate(sorted.begin(), sorted.end(), 0.0);
  return {five_decimals(sum / samples), five_decimals(between(low)), five_decimals(between(high))};
}

std::string line_of(const std::string& name, char what, const Rouge155Average& average, double confidence) {
  return fmt::format("1 {} Average_{}: {:.5f} ({:.15g}%-conf.int. {:.5f} - {:.5f})\n", name, what,
                     average.mean, confidence, average.low, average.high);
}

}  // namespace

Rouge155::Rouge155(const Rouge155Options& options)
    : options_(options),
      tokenizer_({.letters = RougeDialect::Letters::kAscii,
                  .line_end = options.format == Rouge155Options::Format::kSee
                                  ? RougeDialect::LineEnd::kLineFeedOrTag
                                  : RougeDialect::LineEnd::kLineFeed,
                  .stem = options.stemming == RougeStemming::kPorter ? rouge155_stem : nullptr}) {
  require(options.max_order > 0 && options.max_order <= kHighestOrder,
          "ROUGE-1.5.5: the highest order of n-grams is 1 to {}, got {}", kHighestOrder, options.max_order);
  require(options.samples > 0, "ROUGE-1.5.5: resampling needs at least 1 sample, got 0");
  require(options.confidence_percent > 0 && options.confidence_percent <= 100,
          "ROUGE-1.5.5: the confidence level is above 0 and at most 100 percent, got {}",
          options.confidence_percent);
  for (std::size_t order = 1; order <= options.max_order; ++order)
    names_.push_back(fmt::format("ROUGE-{}", order));
  names_.push_back("ROUGE-L");
  documents_.resize(names_.size());
}

std::vector<RougeOverlap> Rouge155::overlaps(const RougeText& target, const RougeText& prediction) {
  counter_.set_tokens_known(tokenizer_.tokens_known());
  std::vector<RougeOverlap> result = counter_.ngrams(target, prediction, options_.max_order);
  result.push_back(counter_.union_of_lines(target, prediction));
  return result;
}

/// Adds a target to those before it: sums for the average, the higher recall for the best.
void Rouge155::combine(RougeOverlap& all, const RougeOverlap& one) const {
  if (options_.targets == Rouge155Options::Targets::kAverage) {
    all = {all.hits + one.hits, all.target + one.target, all.prediction + one.prediction};
    return;
  }
  const auto recall = [](const RougeOverlap& overlap) {
    return overlap.target == 0 ? 0 : static_cast<double>(overlap.hits) / static_cast<double>(overlap.target);
  };
  if (recall(one) > recall(all)) all = one;
}

std::vector<RougeScore> Rouge155::add(std::span<const std::string_view> targets,
                                      std::string_view prediction) {
  require(!targets.empty(), "ROUGE-1.5.5: a prediction needs at least one target, got none");
  tokenizer_.forget_if_many();
  const RougeText read_prediction = tokenizer_.read(prediction);
  std::vector<RougeOverlap> all = overlaps(tokenizer_.read(targets.front()), read_prediction);
  for (const std::string_view target : targets.subspan(1)) {
    const std::vector<RougeOverlap> one = overlaps(tokenizer_.read(target), read_prediction);
    for (std::size_t i = 0; i < all.size(); ++i) combine(all[i], one[i]);
  }
  std::vector<RougeScore> scores;
  for (std::size_t i = 0; i < all.size(); ++i) {
    scores.push_back(score_of(all[i]));
    documents_[i].push_back(scores.back());
  }
  return scores;
}

std::vector<Rouge155Result> Rouge155::averages() const {
  const std::size_t count = documents_.front().size();
  require(count > 0, "ROUGE-1.5.5: the average needs at least one document, got none");
  const std::vector<std::size_t> places = places_by_name(count);
  std::vector<Rouge155Result> results;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    RougeTable documents;
    for (const std::size_t place : places) documents.add(documents_[i][place]);
    // Every resample has a seed of its own.
    auto draw = [seed = std::uint32_t{0}](std::span<std::uint32_t> drawn) mutable {
      PerlPlaces{seed++}(drawn);
    };
    std::vector<double> recalls, precisions, fmeasures;
    for (const RougeScore& mean : documents.means_of_resamples(options_.samples, draw)) {
      recalls.push_back(mean.recall);
      precisions.push_back(mean.precision);
      fmeasures.push_back(mean.fmeasure);
    }
    const auto average = [&](std::vector<double>& means) {
      std::sort(means.begin(), means.end());
      return average_of(means, options_.confidence_percent);
    };
    results.push_back({names_[i], average(recalls), average(precisions), average(fmeasures)});
  }
  return results;
}

std::string Rouge155::lines(std::span<const Rouge155Result> results) const {
  std::string text;
  for (const Rouge155Result& result : results) {
    text += std::string(45, '-') + "\n";
    text += line_of(result.name, 'R', result.recall, options_.confidence_percent);
    text += line_of(result.name, 'P', result.precision, options_.confidence_percent);
    text += line_of(result.name, 'F', result.fmeasure, options_.confidence_percent);
  }
  return text;
}

}  // namespace iiet
