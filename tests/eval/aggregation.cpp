#include "harness/eval/aggregation.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "harness/base/files.hpp"
#include "harness/eval/bootstrap.hpp"
#include "tests/support/shared.hpp"

using namespace iiet;

namespace {

std::vector<DocumentValue> document_values(const Json& list) {
  std::vector<DocumentValue> values;
  for (const Json& item : list)
    values.push_back(item.is_array() ? DocumentValue{item[0].get<double>(), item[1].get<double>()}
                                     : DocumentValue{item.get<double>()});
  return values;
}

double median(std::span<const double> values) {
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  return sorted[sorted.size() / 2];
}

Estimate median_estimate(std::span<const DocumentValue> documents, const Resampling& resampling) {
  std::vector<double> values;
  for (const auto& document : documents) values.push_back(document.value);
  return {median(values), bootstrap_standard_error(values, median, resampling), values.size()};
}

using Aggregation = Estimate (*)(std::span<const DocumentValue>, const Resampling&);

Aggregation aggregation_named(const std::string& name) {
  if (name == "mean") return mean_estimate;
  if (name == "perplexity") return perplexity_estimate;
  if (name == "weighted_perplexity") return weighted_perplexity_estimate;
  if (name == "bits_per_byte") return bits_per_weight_estimate;
  if (name == "median") return median_estimate;
  return nullptr;
}

}  // namespace

/// What a metric of generated text takes from pairs of reference and hypothesis.
std::vector<DocumentValue> text_values(const Json& list, const Metric& metric) {
  std::vector<DocumentValue> values;
  for (const Json& pair : list) {
    const std::vector<Response> responses{{.text = pair[1].get<std::string>()}};
    values.push_back(metric.of_document(Generation{.references = {pair[0].get<std::string>()}}, responses));
  }
  return values;
}

TEST_CASE("values and errors are lm_eval's to the last digit") {
  REQUIRE_SHARED("golden/lm_eval/aggregation.json");
  const Json golden = read_json(test::shared_folder() / "golden/lm_eval/aggregation.json");
  std::size_t compared = 0;
  for (const Json& entry : golden["cases"]) {
    const auto list_name = entry["list"].get<std::string>();
    const bool is_text = list_name.starts_with("text_");
    const auto aggregate = is_text ? Registry<Metric>::get(entry["metric"].get<std::string>()).aggregate
                                   : aggregation_named(entry["aggregation"].get<std::string>());
    if (!aggregate) continue;
    INFO(entry.dump());
    const Json& list = golden["lists"][list_name];
    const auto values = is_text ? text_values(list, Registry<Metric>::get(entry["metric"].get<std::string>()))
                                : document_values(list);
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
  const auto one = perplexity_estimate(values, {.iterations = 5000, .threads = 1});
  const auto three = perplexity_estimate(values, {.iterations = 5000, .threads = 3});
  REQUIRE(one.standard_error);
  CHECK(*one.standard_error > 0);
  CHECK(*one.standard_error == *three.standard_error);
}

TEST_CASE("no iterations switch off every error") {
  const std::vector<DocumentValue> values{{-1}, {-2}, {-3}};
  CHECK_FALSE(mean_estimate(values, {.iterations = 0}).standard_error);
  CHECK_FALSE(perplexity_estimate(values, {.iterations = 0}).standard_error);
}

TEST_CASE("a mean over no documents is refused") { CHECK_THROWS_AS(mean_estimate({}, {}), Error); }
