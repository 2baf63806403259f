#include "harness/report/report.hpp"

#include <cmath>

#include <catch2/catch.hpp>

#include "tests/support/report.hpp"

namespace iiet {
namespace {

Report example() { return test::small_report(); }

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("the average is over successful tasks with an accuracy") {
  Report report = example();
  REQUIRE(report.averages.size() == 2);
  CHECK(report.averages[0].accuracy == 0.625);
  CHECK(report.averages[0].tasks == std::vector<std::string>{"copa"});
  report.results[2].error = "failed";
  CHECK(averages_of(report).size() == 1);
}

TEST_CASE("a report as JSON: results that failed have the same fields") {
  const Json json = to_json(example());
  REQUIRE(json["results"].size() == 4);
  const Json &good = json["results"][1], &failed = json["results"][3];
  for (const auto& [key, value] : good.items()) CHECK(failed.contains(key));
  CHECK(good["status"] == "ok");
  CHECK(good["error"].is_null());
  CHECK(good["metrics"]["word_perplexity"]["stderr"].is_null());
  CHECK(good["metrics"]["word_perplexity"]["higher_is_better"] == false);
  CHECK(good["throughput"]["tokens_per_s"] == 1500.0);
  CHECK(good["throughput"]["requests_per_s"] == 100.0);
  CHECK(good["truncated_requests"] == 3);
  CHECK(failed["status"] == "failed");
  CHECK(failed["error"] == "out of memory");
  CHECK(failed["metrics"] == Json::object());
  CHECK(failed["throughput"].is_null());
  CHECK(json["models"][0]["iterations"] == Json::array({1, 2}));
  CHECK(json["models"][1]["untrained"] == true);
  CHECK(json["tasks"][0]["limit"].is_null());
  CHECK(json["tasks"][1]["data"]["sample"] == true);
}

TEST_CASE("numbers that JSON does not have are written as text") {
  Report report = example();
  report.results[0].metrics[0].value = NAN;
  report.results[0].metrics[0].standard_error = -INFINITY;
  const Json metric = to_json(report)["results"][0]["metrics"]["acc"];
  CHECK(metric["value"] == "NaN");
  CHECK(metric["stderr"] == "-Infinity");
}

TEST_CASE("the table marks sample data, untrained models, the best value and failures") {
  const std::string table = summary_table(example());
  INFO(table);
  CHECK(holds(table, "wikitext (sample)"));
  CHECK(!holds(table, "copa (sample)"));
  CHECK(holds(table, "b/c (untrained)"));
  CHECK(!holds(table, "a (untrained)"));
  CHECK(holds(table, "0.6250 ± 0.0400 *"));
  CHECK(holds(table, "0.5000 ± 0.0500\n"));
  CHECK(holds(table, "failed: b/c on wikitext: out of memory"));
  CHECK(holds(table, "not the real data set"));
  CHECK(holds(table, "random weights"));
  CHECK(holds(table, "average accuracy"));
  Report plain = example();
  plain.tasks[1].sample_data = plain.models[1].untrained = false;
  CHECK(!holds(summary_table(plain), "(sample)"));
  CHECK(!holds(summary_table(plain), "(untrained)"));
}

TEST_CASE("the table says which metrics are no finite numbers, and they are not the best") {
  Report report = example();
  report.results[0].metrics[0].value = INFINITY;
  const std::string table = summary_table(report);
  INFO(table);
  CHECK(holds(table, "inf ± 0.0400 "));
  CHECK(!holds(table, "inf ± 0.0400 *"));
  CHECK(holds(table, "0.5000 ± 0.0500 *"));
  CHECK(holds(table, "no finite number, nor is an average with it: acc of a on copa\n"));
  CHECK(!holds(summary_table(example()), "no finite number"));
}

TEST_CASE("the columns of the table are aligned, however long names and values are") {
  Report report = example();
  report.models[0].name = report.results[0].model = report.results[1].model = "a model of a rather long näme";
  report.results[1].metrics[0].value = 1e30;
  const std::string table = summary_table(report);
  INFO(table);
  CHECK(holds(table, "1e+30"));
  CHECK(holds(table, "a model of a rather long näme"));
}

TEST_CASE("the format of lm-evaluation-harness") {
  const Report report = example();
  const Json json = lm_eval_results(report, report.models[0]);
  CHECK(json["results"]["copa"]["acc,none"] == 0.625);
  CHECK(json["results"]["copa"]["acc_stderr,none"] == 0.04);
  CHECK(json["results"]["wikitext"]["word_perplexity_stderr,none"] == "N/A");
  CHECK(json["versions"]["copa"] == 1.0);
  CHECK(json["higher_is_better"]["copa"]["acc"] == true);
  CHECK(json["n-samples"]["copa"]["effective"] == 100);
  CHECK(json["config"]["model_dtype"] == "torch.float32");
  CHECK(!lm_eval_results(report, report.models[1])["results"].contains("wikitext"));
}

TEST_CASE("lm-evaluation-harness names results by metric and filter") {
  Report report = example();
  report.results[0].metrics = {{"exact_match,strict-match", 0.25, 0.01, 100, true},
                               {"exact_match,flexible-extract", 0.5, std::nullopt, 100, true}};
  const Json json = lm_eval_results(report, report.models[0]);
  CHECK(json["results"]["copa"]["exact_match,strict-match"] == 0.25);
  CHECK(json["results"]["copa"]["exact_match_stderr,strict-match"] == 0.01);
  CHECK(json["results"]["copa"]["exact_match_stderr,flexible-extract"] == "N/A");
  CHECK(json["higher_is_better"]["copa"] == Json{{"exact_match", true}});
}

TEST_CASE("names become parts of file names") {
  CHECK(for_file_name("a/b:iterations=[1] c") == "a_b_iterations=_1__c");
  CHECK(utc_time_for_files().size() == std::string("2026-11-26T21-05-33Z").size());
}

}  // namespace iiet
