// Intervals and paired tests against what sacreBLEU returned with NumPy 1.

#include "harness/text/translation/bleu.hpp"
#include "harness/text/translation/chrf.hpp"
#include "harness/text/translation/resampling.hpp"
#include "harness/text/translation/signature.hpp"
#include "harness/text/translation/ter.hpp"
#include "tests/support/golden_texts.hpp"
#include "tests/support/shared.hpp"

using namespace iiet;

namespace {

constexpr double kTolerance = 1e-12;  // relative: the README of the golden values

std::unique_ptr<CorpusMetric> metric_of(const Json& golden) {
  const std::string name = golden["metric"];
  const Json& options = golden["options"];
  for (const auto& [key, value] : options.items())
    REQUIRE((key == "tokenize" || key == "lowercase" || key == "word_order" || key == "eps_smoothing"));
  if (name == "ter") return std::make_unique<Ter>(TercomOptions{});
  if (name == "chrf") {
    ChrfOptions chrf;
    chrf.word_order = options.value("word_order", 0);
    chrf.eps_smoothing = options.value("eps_smoothing", false);
    return std::make_unique<Chrf>(chrf);
  }
  REQUIRE(name == "bleu");
  BleuOptions bleu;
  bleu.tokenize = options.value("tokenize", "13a");
  bleu.lowercase = options.value("lowercase", false);
  return std::make_unique<Bleu>(bleu);
}

StatisticsTable table_of(CorpusMetric& metric, const test::GoldenSet& set) {
  StatisticsTable table(metric.width());
  for (std::size_t i = 0; i < set.hypotheses.lines.size(); ++i)
    table.add(metric.segment(set.hypotheses.lines[i], set.references_of(i)));
  return table;
}

bool close(double value, double expected) {
  return std::abs(value - expected) <= kTolerance * std::max(1.0, std::abs(expected));
}

void check_interval(const Json& golden) {
  INFO(golden["id"] << " " << golden["metric"] << " " << golden["options"] << " " << golden["n_bootstrap"]);
  const auto metric = metric_of(golden);
  const StatisticsTable table = table_of(*metric, test::golden_set(golden));
  CHECK(metric->score(table.sums()) == golden["score"].get<double>());
  const auto samples = golden["n_bootstrap"].get<std::size_t>();
  const SeedWords seed{golden["seed"].get<std::uint32_t>()};
  const auto interval = bootstrap_interval(*metric, table, {samples, seed});
  const double mean = golden["mean"]["numpy1"], half_width = golden["ci"]["numpy1"];
  REQUIRE(interval.has_value() == (mean != -1));  // -1: sacreBLEU has none
  if (!interval) return;
  CHECK(close(interval->mean, mean));
  CHECK(close(interval->half_width, half_width));
}

void check_result(const PairedResult& result, const Json& golden) {
  CHECK(result.score == golden[0].get<double>());
  REQUIRE(result.p_value.has_value() == !golden[1].is_null());
  if (result.p_value) CHECK(*result.p_value == golden[1].get<double>());
  REQUIRE(result.interval.has_value() == !golden[2].is_null());
  if (!result.interval) return;
  CHECK(close(result.interval->mean, golden[2].get<double>()));
  CHECK(close(result.interval->half_width, golden[3].get<double>()));
}

std::vector<PairedResult> test_systems(const CorpusMetric& metric, std::span<const StatisticsTable> systems,
                                       const Json& golden) {
  const ResamplingOptions resampling{golden["n_samples"].get<std::size_t>(),
                                     SeedWords{golden["seed"].get<std::uint32_t>()}};
  if (golden["test"] == "bs") return paired_bootstrap(metric, systems, resampling);
  const int confidence = golden["n_ar_confidence"];  // -1: none; 0: the default
  return paired_randomisation(metric, systems, resampling,
                              confidence == 0 ? 1000 : static_cast<std::size_t>(std::max(confidence, 0)));
}

void check_paired(const Json& golden) {
  for (const auto& [key, description] : golden["metrics"].items()) {
    const auto metric = metric_of(description);
    INFO(golden["id"] << " " << golden["test"] << " " << golden["n_samples"] << " " << metric->name());
    std::vector<StatisticsTable> systems;
    for (const Json& path : golden["systems"])
      systems.push_back(
          table_of(*metric, test::golden_set({{"hypotheses", path}, {"references", golden["references"]}})));
    const auto results = test_systems(*metric, systems, golden);
    const Json& expected = golden["results"]["numpy1"][metric->name()];
    REQUIRE(results.size() == expected.size());
    for (std::size_t s = 0; s < results.size(); ++s) check_result(results[s], expected[s]);
  }
}

}  // namespace

TEST_CASE("intervals and paired tests are sacreBLEU's") {
  REQUIRE_SHARED("golden/metrics/significance.json");
  const Json golden = test::golden_metrics("significance.json");
  std::size_t intervals = 0, paired = 0;
  for (const Json& one : golden["cases"]) {
    if (one.contains("systems")) {
      check_paired(one);
      ++paired;
    } else {
      check_interval(one);
      ++intervals;
    }
  }
  CHECK(intervals > 0);
  CHECK(paired > 0);
}
