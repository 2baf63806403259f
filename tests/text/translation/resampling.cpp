#include "harness/text/translation/resampling.hpp"

#include <cmath>

#include <catch2/catch.hpp>

#include "harness/base/resample/pairwise_sum.hpp"

using namespace iiet;

namespace {

/// The share of the first statistic in the second, in percent: like TER, without text.
class Ratio : public CorpusMetric {
 public:
  std::string name() const override { return "Ratio"; }
  std::size_t width() const override { return 2; }
  std::vector<double> segment(std::string_view, std::span<const std::string_view>) override { return {0, 1}; }
  double score(std::span<const double> sums) const override { return 100 * sums[0] / sums[1]; }
  double resampled_score(std::span<const float> sums) const override {
    return 100 * double{sums[0] / sums[1]};
  }
  std::vector<SignatureField> signature() const override { return {}; }
};

StatisticsTable table_of(const std::vector<std::vector<double>>& rows) {
  StatisticsTable table(rows.front().size());
  for (const auto& row : rows) table.add(row);
  return table;
}

const SeedWords kSeed{12345};

/// A system's rows: every third segment wrong by `errors`, lengths growing, with a fraction where asked.
StatisticsTable system(double errors, double fraction, std::size_t segments = 101) {
  StatisticsTable table(2);
  for (std::size_t i = 0; i < segments; ++i)
    table.add(std::vector<double>{i % 3 == 0 ? errors : 0, 4 + static_cast<double>(i % 7) + fraction});
  return table;
}

/// The definition: one trial after the other, segment by segment.
std::vector<double> plain_differences(const StatisticsTable& first, const StatisticsTable& other,
                                      std::size_t trials) {
  NumpyRandom random(kSeed);
  const std::size_t segments = first.segments();
  std::vector<std::uint32_t> words((trials * segments + 31) / 32);
  random.fill_bits(words);
  std::vector<double> differences;
  for (std::size_t trial = 0; trial < trials; ++trial) {
    std::vector<double> a(2), b(2);
    for (std::size_t i = 0; i < segments; ++i) {
      const std::size_t at = trial * segments + i;
      const bool of_first = words[at / 32] >> at % 32 & 1;
      const auto to_a = (of_first ? first : other).segment(i), to_b = (of_first ? other : first).segment(i);
      for (std::size_t k = 0; k < 2; ++k) {
        a[k] += to_a[k];
        b[k] += to_b[k];
      }
    }
    differences.push_back(std::abs(Ratio().score(a) - Ratio().score(b)));
  }
  return differences;
}

double plain_p_value(const StatisticsTable& first, const StatisticsTable& other, std::size_t trials) {
  const double real = std::abs(Ratio().score(first.sums()) - Ratio().score(other.sums()));
  double larger = 0;
  for (const double difference : plain_differences(first, other, trials)) larger += difference > real;
  return (larger + 1) / (static_cast<double>(trials) + 1);
}

}  // namespace

TEST_CASE("a table keeps whole numbers and, where there are others, their doubles") {
  const StatisticsTable whole = table_of({{1, 2, 3, 4, 5}, {10, 20, 30, 40, 50}});
  CHECK(whole.whole());
  CHECK(whole.sums() == std::vector<double>{11, 22, 33, 44, 55});
  CHECK(whole.segment(1) == std::vector<double>{10, 20, 30, 40, 50});
  const StatisticsTable mixed = table_of({{1, 2}, {1, 10.0 / 3}, {0, 4}});
  CHECK_FALSE(mixed.whole());
  CHECK(mixed.segment(0) == std::vector<double>{1, 2});
  CHECK(mixed.segment(1) == std::vector<double>{1, 10.0 / 3});
  CHECK(mixed.sums() == std::vector<double>{2, 2 + 10.0 / 3 + 4});
}

TEST_CASE("sums of draws are added as float32, in the order of the draws") {
  const StatisticsTable table = table_of({{16777216, 1}, {1, 2}});
  CHECK(table.sums_of(std::vector<std::uint32_t>{0, 1, 1}) == std::vector<float>{16777216, 5});
  CHECK(table.sums_of(std::vector<std::uint32_t>{1, 1, 0}) == std::vector<float>{16777218, 5});
  for (const std::size_t width : {1, 4, 5, 9, 31, 32, 33, 70}) {
    INFO(width);
    StatisticsTable wide(width);
    std::vector<double> row(width);
    for (std::size_t k = 0; k < width; ++k) row[k] = static_cast<double>(k + 1);
    wide.add(row);
    std::vector<float> expected;
    for (const double value : row) expected.push_back(3 * static_cast<float>(value));
    CHECK(wide.sums_of(std::vector<std::uint32_t>{0, 0, 0}) == expected);
  }
}

TEST_CASE("an interval needs two samples") {
  const StatisticsTable table = system(1, 0);
  CHECK_FALSE(bootstrap_interval(Ratio(), table, {0, kSeed}).has_value());
  CHECK_FALSE(bootstrap_interval(Ratio(), table, {1, kSeed}).has_value());
  const auto interval = bootstrap_interval(Ratio(), table, {1000, kSeed});
  REQUIRE(interval.has_value());
  CHECK(interval->mean == Approx(Ratio().score(table.sums())).epsilon(0.02));
  CHECK(interval->half_width > 0);
  const auto again = bootstrap_interval(Ratio(), table, {1000, kSeed});
  CHECK(again->mean == interval->mean);
}

TEST_CASE("a system does not differ from itself, but from a much worse one") {
  const std::vector<StatisticsTable> systems{system(1, 0), system(1, 0), system(4, 0)};
  for (const auto& results : {paired_bootstrap(Ratio(), systems, {200, kSeed}),
                              paired_randomisation(Ratio(), systems, {200, kSeed})}) {
    REQUIRE(results.size() == 3);
    CHECK_FALSE(results[0].p_value.has_value());
    CHECK(results[2].p_value == 1.0 / 201);
  }
  // No difference is ever larger than none.
  CHECK(paired_randomisation(Ratio(), systems, {200, kSeed})[1].p_value == 1.0 / 201);
}

TEST_CASE("only a bootstrap, or a randomisation that was asked, gives intervals") {
  const std::vector<StatisticsTable> systems{system(1, 0), system(2, 0)};
  CHECK(paired_bootstrap(Ratio(), systems, {100, kSeed})[1].interval.has_value());
  CHECK_FALSE(paired_randomisation(Ratio(), systems, {100, kSeed})[1].interval.has_value());
  const auto with = paired_randomisation(Ratio(), systems, {100, kSeed}, 50);
  CHECK(with[0].interval.has_value());
  CHECK(with[1].interval.has_value());
}

TEST_CASE("swapped sums are those of the definition, whole numbers or not, over more than one block") {
  for (const double fraction : {0.0, 1.0 / 3}) {
    INFO(fraction);
    for (const std::size_t trials : {1, 31, 4500}) {
      INFO(trials);
      const std::vector<StatisticsTable> systems{system(1, fraction), system(1.0 + (trials == 1), fraction)};
      StatisticsTable shifted(2);  // right where the first is wrong, and the other way round
      for (std::size_t i = 0; i < 101; ++i) shifted.add(systems[1].segment((i + 1) % 101));
      const std::vector<StatisticsTable> pair{systems[0], shifted};
      CHECK(paired_randomisation(Ratio(), pair, {trials, kSeed})[1].p_value ==
            plain_p_value(pair[0], pair[1], trials));
    }
  }
}

TEST_CASE("pairwise sums are NumPy's") {
  // numpy.sum of [0.1] * n
  const auto sum = [](std::size_t n) { return pairwise_sum(std::vector<double>(n, 0.1)); };
  CHECK(sum(0) == 0);
  CHECK(sum(7) == 0.7);
  CHECK(sum(10) == 1.0);
  CHECK(sum(129) == 12.899999999999999);
  CHECK(sum(1000) == 100.00000000000001);
  CHECK(pairwise_mean(std::vector<double>{1, 2, 6}) == 3);
}
