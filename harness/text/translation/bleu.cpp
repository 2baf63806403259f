#include "harness/text/translation/bleu.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include <fmt/ranges.h>

#include "harness/base/error.hpp"
#include "harness/base/unicode.hpp"

namespace iiet {
namespace {

constexpr double kLogOfZero = -9999999999.0;
constexpr std::int64_t kHighestOrder = 99;

constexpr std::pair<Smoothing, const char*> kSmoothings[] = {{Smoothing::kExp, "exp"},
                                                             {Smoothing::kFloor, "floor"},
                                                             {Smoothing::kAddK, "add-k"},
                                                             {Smoothing::kNone, "none"}};

std::optional<double> default_value(Smoothing smoothing) {
  switch (smoothing) {
    case Smoothing::kFloor:
      return 0.1;
    case Smoothing::kAddK:
      return 1.0;
    case Smoothing::kExp:
    case Smoothing::kNone:
      break;
  }
  return std::nullopt;
}

double smooth_value(const BleuOptions& options) {
  const std::optional<double> otherwise = default_value(options.smoothing);
  return otherwise ? options.smooth_value.value_or(*otherwise) : 0;  // the others look at no value
}

double brevity_penalty(double hypothesis_length, double reference_length) {
  if (hypothesis_length >= reference_length) return 1;
  return hypothesis_length > 0 ? std::exp(1 - reference_length / hypothesis_length) : 0;
}

/// The reference length closest to the hypothesis', the shorter of two that are as close.
std::size_t closest(std::size_t candidate, std::optional<std::size_t> best, std::size_t length) {
  if (!best) return candidate;
  const auto distance = [length](std::size_t n) { return n > length ? n - length : length - n; };
  return std::min(std::pair(distance(candidate), candidate), std::pair(distance(*best), *best)).second;
}

/// exp of the mean logarithm of the first `orders` precisions, summed from the left.
double geometric_mean(std::span<const double> precisions, std::size_t orders) {
  double sum = 0;
  for (const double precision : precisions.first(orders))
    sum += precision == 0 ? kLogOfZero : std::log(precision);
  return std::exp(sum / static_cast<double>(orders));
}

}  // namespace

Smoothing smoothing_named(std::string_view name) {
  std::vector<std::string> known;
  for (const auto& [smoothing, its_name] : kSmoothings) {
    if (name == its_name) return smoothing;
    known.emplace_back(its_name);
  }
  throw InputError(unknown_name("smoothing method", name, known));
}

std::string name_of(Smoothing smoothing) {
  return std::find_if(std::begin(kSmoothings), std::end(kSmoothings),
                      [&](const auto& entry) { return entry.first == smoothing; })
      ->second;
}

Bleu::Bleu(BleuOptions options)
    : options_(std::move(options)),
      smooth_value_(smooth_value(options_)),
      tokenizer_(make_bleu_tokenizer(options_.tokenize, options_.sentencepiece_model)) {
  require(options_.max_ngram_order >= 1 && options_.max_ngram_order <= kHighestOrder,
          "BLEU: order of n-grams {}; allowed: 1 to {}", options_.max_ngram_order, kHighestOrder);
  require(std::isfinite(smooth_value_) && smooth_value_ >= 0, "BLEU: smoothing value {}; allowed: 0 or more",
          smooth_value_);
}

std::span<const std::string_view> Bleu::tokens(std::string_view text) {
  if (options_.lowercase) text = lowered_ = lower(text);
  return tokenizer_->tokens(text);
}

std::vector<double> Bleu::segment(std::string_view hypothesis, std::span<const std::string_view> references) {
  require(!references.empty(), "BLEU: a segment without a reference");
  const std::span<const std::string_view> of_hypothesis = tokens(hypothesis);
  const std::size_t length = of_hypothesis.size();
  matcher_.set_hypothesis(of_hypothesis);
  std::optional<std::size_t> reference_length;
  for (const std::string_view reference : references) {
    const std::span<const std::string_view> of_reference = tokens(reference);
    matcher_.add_reference(of_reference);
    reference_length = closest(of_reference.size(), reference_length, length);
  }
  std::vector<double> statistics(width());
  statistics[0] = static_cast<double>(length);
  statistics[1] = static_cast<double>(*reference_length);
  std::size_t n = 0;
  for (const std::size_t matches : matcher_.matches(orders())) {
    statistics[2 + n] = static_cast<double>(matches);
    statistics[2 + orders() + n] = length > n ? static_cast<double>(length - n) : 0;
    ++n;
  }
  return statistics;
}

/// The order of operations is the reference's, so that the last bit is. Of float32 sums only the counts that
/// add-k adds to are rounded to float32; the quotients are doubles (NumPy 1).
template <typename Number>
BleuScore Bleu::compute(std::span<const Number> sums) const {
  const std::span<const Number> matches = sums.subspan(2, orders()), ngrams = sums.subspan(2 + orders());
  BleuScore result;
  result.hypothesis_length = static_cast<std::int64_t>(sums[0]);
  result.reference_length = static_cast<std::int64_t>(sums[1]);
  result.counts.assign(matches.begin(), matches.end());
  result.totals.assign(ngrams.begin(), ngrams.end());
  result.precisions.assign(orders(), 0);
  result.brevity_penalty = brevity_penalty(static_cast<double>(result.hypothesis_length),
                                           static_cast<double>(result.reference_length));
  // Without any match no smoothing is reached.
  if (std::all_of(matches.begin(), matches.end(), [](Number count) { return count == 0; })) return result;

  double halvings = 1;
  std::size_t effective = orders();
  for (std::size_t n = 0; n < orders(); ++n) {
    double& count = result.counts[n];
    double& total = result.totals[n];
    if (options_.smoothing == Smoothing::kAddK && n > 0) {
      count = static_cast<Number>(count + smooth_value_);
      total = static_cast<Number>(total + smooth_value_);
    }
    if (total == 0) break;
    if (options_.effective_order) effective = n + 1;
    if (count > 0) {
      result.precisions[n] = 100. * count / total;
    } else if (options_.smoothing == Smoothing::kExp) {
      halvings *= 2;
      result.precisions[n] = 100. / (halvings * total);
    } else if (options_.smoothing == Smoothing::kFloor) {
      result.precisions[n] = 100. * smooth_value_ / total;
    }
  }
  result.score = result.brevity_penalty * geometric_mean(result.precisions, effective);
  return result;
}

BleuScore Bleu::detailed_score(std::span<const double> sums) const { return compute(sums); }

double Bleu::resampled_score(std::span<const float> sums) const { return compute(sums).score; }

std::string Bleu::details(std::span<const double> sums) const {
  const BleuScore score = compute(sums);
  const double ratio = score.reference_length > 0 ? static_cast<double>(score.hypothesis_length) /
                                                        static_cast<double>(score.reference_length)
                                                  : 0;
  return fmt::format("{:.1f} (BP = {:.3f} ratio = {:.3f} hyp_len = {} ref_len = {})",
                     fmt::join(score.precisions, "/"), score.brevity_penalty, ratio, score.hypothesis_length,
                     score.reference_length);
}

std::vector<SignatureField> Bleu::signature() const {
  std::string smoothing = name_of(options_.smoothing);
  if (default_value(options_.smoothing)) smoothing += fmt::format("[{:.2f}]", smooth_value_);
  return {{"case", "c", options_.lowercase ? "lc" : "mixed"},
          {"eff", "e", options_.effective_order ? "yes" : "no"},
          {"tok", "tok", bleu_tokenizer_signature(options_.tokenize)},
          {"smooth", "s", smoothing}};
}

}  // namespace iiet
