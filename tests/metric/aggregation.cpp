#include "harness/metric/aggregation.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "harness/base/files.hpp"
#include "harness/metric/bootstrap.hpp"
#include "tests/support/shared.hpp"

using namespace iiet;

namespace {

const Metric& metric_named(const std::string& name) { return Registry<Metric>::get(name); }

std::vector<DocumentValue> document_values(const Json& list) {
  std::vector<DocumentValue> values;
  for (const Json& item : list)
    values.push_back(item.is_array() ? DocumentValue{item[0].get<double>(), item[1].get<double>()}
                                     : DocumentValue{item.get<double>()});
  return values;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

Estimate median_estimate(std::span<const DocumentValue> documents, const Resampling& resampling) {
  std::vector<double> values;
  for (const auto& document : documents) values.push_back(document.value);
  const auto of_places = [&](std::span<const std::uint32_t> places) {
    std::vector<double> drawn;
    for (const std::uint32_t place : places) drawn.push_back(values[place]);
    return median(std::move(drawn));
  };
  return {median(values), bootstrap_standard_error(values.size(), of_places, resampling), values.size()};
}

using Aggregation = std::function<Estimate(std::span<const DocumentValue>, const Resampling&)>;

Aggregation aggregation_by(const std::string& metric) {
  return [&of = metric_named(metric)](std::span<const DocumentValue> values, const Resampling& resampling) {
    return estimate(of, values, resampling);
  };
}

/// That of a metric which has it.
Aggregation aggregation_named(const std::string& name) {
  if (name == "mean") return aggregation_by("rouge1");
  if (name == "perplexity") return aggregation_by("perplexity");
  if (name == "weighted_perplexity") return aggregation_by("word_perplexity");
  if (name == "bits_per_byte") return aggregation_by("bits_per_byte");
  if (name == "median") return median_estimate;
  return nullptr;
}

/// What a metric of generated text takes from pairs of reference and hypothesis.
std::vector<DocumentValue> text_values(const Json& list, const Metric& metric) {
  const Metric* const one = &metric;
  Measurement measurement({&one, 1});
  std::vector<DocumentValue> values;
  for (const Json& pair : list)
    values.push_back(measurement
                         .of_document(TextOutcome{pair[1].get_ref<const std::string&>(),
                                                  {pair[0].get_ref<const std::string&>()}})
                         .front());
  return values;
}

}  // namespace

TEST_CASE("values and errors are lm_eval's to the last digit") {
  REQUIRE_SHARED("golden/lm_eval/aggregation.json");
  const Json golden = read_json(test::shared_folder() / "golden/lm_eval/aggregation.json");
  std::size_t compared = 0;
  for (const Json& entry : golden["cases"]) {
    const auto list_name = entry["list"].get<std::string>();
    const bool is_text = list_name.starts_with("text_");
    const auto aggregate = is_text ? aggregation_by(entry["metric"].get<std::string>())
                                   : aggregation_named(entry["aggregation"].get<std::string>());
    if (!aggregate) continue;
    INFO(entry.dump());
    const Json& list = golden["lists"][list_name];
    const auto values =
        is_text ? text_values(list, metric_named(entry["metric"].get<std::string>())) : document_values(list);
    const Estimate estimate = aggregate(values, {.iterations = entry["bootstrap_iters"].get<std::size_t>()});
    ++compared;
    CHECK(estimate.n == values.size());
    // Where lm_eval stops with a division by zero there is no error to give.
    if (entry.contains("error") || entry["stderr"].is_string()) {
      CHECK_FALSE(estimate.standard_error);
    } else {
      REQUIRE(estimate.standard_error);
      CHECK(*estimate.standard_error == entry["stderr"].get<double>());
    }
    if (entry.contains("value")) CHECK(estimate.value == entry["value"].get<double>());
  }
  CHECK(compared >= 52);
}

TEST_CASE("the bootstrap does not depend on the number of threads") {
  std::vector<DocumentValue> values;
  for (int i = 0; i < 40; ++i) values.push_back({-std::abs(std::sin(i) * 7)});
  const Metric& perplexity = metric_named("perplexity");
  const auto one = estimate(perplexity, values, {.iterations = 5000, .threads = 1});
  const auto three = estimate(perplexity, values, {.iterations = 5000, .threads = 3});
  REQUIRE(one.standard_error);
  CHECK(*one.standard_error > 0);
  CHECK(*one.standard_error == *three.standard_error);
}

TEST_CASE("no iterations switch off every error") {
  const std::vector<DocumentValue> values{{-1}, {-2}, {-3}};
  CHECK_FALSE(estimate(metric_named("rouge1"), values, {.iterations = 0}).standard_error);
  CHECK_FALSE(estimate(metric_named("perplexity"), values, {.iterations = 0}).standard_error);
}

TEST_CASE("a mean over no documents is refused") {
  CHECK_THROWS_AS(estimate(metric_named("acc"), {}, {}), Error);
}
