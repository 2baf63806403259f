#include "harness/report/paired_test.hpp"

#include <algorithm>
#include <memory>

#include "harness/base/error.hpp"
#include "harness/report/significance.hpp"
#include "harness/text/bleu.hpp"
#include "harness/text/chrf.hpp"
#include "harness/text/ter.hpp"

namespace iiet {
namespace {

/// The corpus metrics as lm-evaluation-harness computes them: sacreBLEU's defaults.
std::unique_ptr<CorpusMetric> corpus_metric(const std::string& name) {
  if (name == "bleu") return std::make_unique<Bleu>(BleuOptions{});
  if (name == "chrf") return std::make_unique<Chrf>(ChrfOptions{});
  if (name == "chrf++") return std::make_unique<Chrf>(ChrfOptions{.word_order = 2});
  if (name == "ter") return std::make_unique<Ter>(TercomOptions{});
  return nullptr;
}

bool all_of_values(const LoggedValues& run, bool (*has_form)(const Json&)) {
  return std::all_of(run.values.begin(), run.values.end(), has_form);
}

bool is_right_or_wrong(const Json& value) { return value.is_number() && (value == 0 || value == 1); }

/// Numerator and denominator of a ratio of sums (perplexities of texts).
bool is_ratio(const Json& value) {
  return value.is_array() && value.size() == 2 && value[0].is_number() && value[1].is_number();
}

/// Reference and answer.
bool is_text_pair(const Json& value) {
  return value.is_array() && value.size() == 2 && value[0].is_string() && value[1].is_string();
}

bool is_number(const Json& value) { return value.is_number(); }

PairedTest mcnemar(const LoggedValues& old_run, const LoggedValues& new_run) {
  std::size_t only_old = 0, only_new = 0;
  for (std::size_t i = 0; i < old_run.values.size(); ++i) {
    only_old += old_run.values[i] > new_run.values[i] ? 1 : 0;
    only_new += new_run.values[i] > old_run.values[i] ? 1 : 0;
  }
  return {mcnemar_p_value(only_old, only_new),
          fmt::format("McNemar, {} lost, {} gained", only_old, only_new)};
}

template <typename Read>
PairedTest bootstrap(const LoggedValues& old_run, const LoggedValues& new_run, Read statistics_of,
                     const ScoreOfSums& score) {
  const auto read = [&](const LoggedValues& run) {
    DocumentStatistics statistics;
    for (const Json& value : run.values) statistics.push_back(statistics_of(value));
    return statistics;
  };
  return {paired_bootstrap_p_value(read(old_run), read(new_run), score), "paired bootstrap"};
}

}  // namespace

PairedTest paired_test(const std::string& result, const LoggedValues& old_run, const LoggedValues& new_run) {
  const auto both = [&](bool (*has_form)(const Json&)) {
    return all_of_values(old_run, has_form) && all_of_values(new_run, has_form);
  };
  if (both(is_right_or_wrong)) return mcnemar(old_run, new_run);
  // Which direction is the better one does not matter to a two-sided test, so a mean of log-likelihoods
  // stands for the perplexity that follows from it.
  const auto quotient = [](std::span<const double> sums) { return sums[1] == 0 ? 0 : sums[0] / sums[1]; };
  if (both(is_number))
    return bootstrap(
        old_run, new_run,
        [](const Json& value) {
          return std::vector<double>{value.get<double>(), 1.0};
        },
        quotient);
  if (both(is_ratio))
    return bootstrap(
        old_run, new_run, [](const Json& value) { return value.get<std::vector<double>>(); }, quotient);
  const auto metric = corpus_metric(result.substr(0, result.find(',')));
  require(metric && both(is_text_pair), "metric {}: the samples files log values that cannot be compared",
          result);
  return bootstrap(
      old_run, new_run,
      [&](const Json& value) {
        const std::vector<std::string_view> reference{value[0].get_ref<const std::string&>()};
        return metric->segment(value[1].get_ref<const std::string&>(), reference);
      },
      [&](std::span<const double> sums) { return metric->score(sums); });
}

}  // namespace iiet
