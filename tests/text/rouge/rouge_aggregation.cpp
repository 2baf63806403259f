#include "harness/text/rouge/rouge_aggregation.hpp"

#include <catch2/catch.hpp>

#include "harness/base/error.hpp"

using namespace iiet;
using Catch::Matchers::Contains;

TEST_CASE("resamples draw NumPy's places") {
  // numpy.random.seed(123): choice(3, 3) is 2 1 2; then choice(5, 5) is 2 4 2 1 3.
  const std::vector<std::vector<RougeScore>> scores{
      {{1, 0, 0}, {10, 0, 0}, {100, 0, 0}},
      {{1, 0, 0}, {10, 0, 0}, {100, 0, 0}, {1000, 0, 0}, {10000, 0, 0}}};
  const auto intervals = rouge_intervals(scores, {.seed = 123, .samples = 1});
  CHECK(intervals[0].mid.precision == 210.0 / 3);
  CHECK(intervals[1].mid.precision == 11210.0 / 5);
}

TEST_CASE("a single document has no spread") {
  const std::vector<std::vector<RougeScore>> scores{{{0.5, 0.25, 1.0 / 3}}};
  const auto interval = rouge_intervals(scores, {.seed = 1}).front();
  CHECK(interval.low == scores[0][0]);
  CHECK(interval.mid == scores[0][0]);
  CHECK(interval.high == scores[0][0]);
}

TEST_CASE("bad aggregation is refused") {
  const std::vector<std::vector<RougeScore>> none(1), one{{RougeScore{}}};
  CHECK_THROWS_AS(RougeSum().mean(), InputError);
  CHECK_THROWS_AS(rouge_intervals(none, {}), InputError);
  CHECK_THROWS_WITH(rouge_intervals(one, {.samples = 0}), Contains("at least 1 sample"));
  CHECK_THROWS_WITH(rouge_intervals(one, {.confidence = 1}), Contains("below 1, got 1"));
}
