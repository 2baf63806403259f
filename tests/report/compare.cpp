// Two reports: what is significant, what is a regression, what cannot be compared.

#include "harness/report/compare.hpp"

#include <cmath>

#include <catch2/catch.hpp>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "harness/metric/paired_test.hpp"
#include "harness/metric/result_name.hpp"
#include "harness/metric/significance.hpp"
#include "tests/support/program.hpp"
#include "tests/support/report.hpp"
#include "tests/support/shared.hpp"

using namespace iiet;
using test::small_report;

namespace {

namespace fs = std::filesystem;

/// Compares the small report with what `change` makes of it. No samples files lie beside them.
template <typename Change>
ReportComparison changed(Change change, const CompareOptions& options = {}) {
  const test::TemporaryFolder folder;
  const std::string path = (folder.path() / "r.json").string();
  Report report = small_report();
  change(report);
  return compare({path, small_report()}, {path, report}, options);
}

const ComparedCell& cell_of(const ReportComparison& comparison, const std::string& model,
                            const std::string& task) {
  for (const ComparedCell& cell : comparison.cells)
    if (cell.model == model && cell.task == task) return cell;
  throw Error("no cell of " + model + " and " + task);
}

void set_accuracy(Report& report, double value) { report.results[0].metrics[0].value = value; }

/// The test of two runs' logged values.
PairedTest test_of(const std::string& result, const std::vector<Json>& before,
                   const std::vector<Json>& after) {
  const Metric& metric = Registry<Metric>::get(ResultName::parse(result).metric);
  return paired_test(metric, statistics_of(metric, before), statistics_of(metric, after));
}

}  // namespace

TEST_CASE("McNemar's exact test is the two-sided binomial one") {
  CHECK(mcnemar_p_value(0, 0) == 1);
  CHECK(mcnemar_p_value(5, 5) == 1);
  CHECK(mcnemar_p_value(0, 5) == Approx(0.0625).epsilon(1e-12));
  CHECK(mcnemar_p_value(5, 0) == Approx(0.0625).epsilon(1e-12));
  CHECK(mcnemar_p_value(1, 9) == Approx(22.0 / 1024).epsilon(1e-12));
  CHECK(mcnemar_p_value(200, 300) == Approx(8.940066542253267e-06).epsilon(1e-9));  // by whole numbers
  CHECK(mcnemar_p_value(5000, 5000) == 1);
}

TEST_CASE("the z-test takes both errors") {
  CHECK(z_test_p_value(1.959963984540054, 1, 0) == Approx(0.05).epsilon(1e-9));
  CHECK(z_test_p_value(-1.959963984540054, 0.6, 0.8) == Approx(0.05).epsilon(1e-9));
  CHECK(z_test_p_value(0, 0, 0) == 1);
  CHECK(z_test_p_value(0.1, 0, 0) == 0);
}

TEST_CASE("the paired bootstrap tells a steady difference from noise") {
  DocumentStatistics before, better, noise;
  for (int i = 0; i < 200; ++i) {
    const double value = std::sin(i);
    before.push_back({value, 1});
    better.push_back({value + 0.1 + 0.01 * std::cos(i), 1});
    noise.push_back({std::sin(i + 100 * 3.14159265358979), 1});
  }
  const auto mean = [](std::span<const double> sums) { return sums[0] / sums[1]; };
  CHECK(paired_bootstrap_p_value(before, better, mean) < 0.001);
  CHECK(paired_bootstrap_p_value(before, noise, mean) > 0.05);
  CHECK(paired_bootstrap_p_value(before, before, mean) == 1);
  // A few documents prove nothing, however far apart the runs are.
  for (const std::size_t documents : {1, 2, 5})
    CHECK(paired_bootstrap_p_value({before.begin(), before.begin() + documents},
                                   {better.begin(), better.begin() + documents},
                                   mean) >= std::ldexp(1.0, 1 - static_cast<int>(documents)));
  CHECK(paired_bootstrap_p_value(before, better, mean) == paired_bootstrap_p_value(before, better, mean));
}

TEST_CASE("the form of a metric's documents decides about the test") {
  CHECK(test_of("acc", {1, 0, 1}, {1, 1, 0}).method == "McNemar, 1 lost, 1 gained");
  CHECK(test_of("perplexity", {-1.5, -2.5}, {-1.0, -2.0}).method == "paired bootstrap");
  CHECK(test_of("rougeL", {1, 0}, {0, 1}).method == "paired bootstrap");  // whatever the values look like
  CHECK(test_of("word_perplexity", {Json{-1.5, 3}, Json{-2.5, 4}}, {Json{-1.0, 3}, Json{-2.0, 4}}).method ==
        "paired bootstrap");
  std::vector<Json> good, bad;
  for (int i = 0; i < 40; ++i) {
    const std::string n = std::to_string(i);
    good.push_back({" the cat " + n + " sat on the mat", "the cat " + n + " sat on the mat"});
    bad.push_back({" the cat " + n + " sat on the mat", "a dog " + n + " sat on a mat"});
  }
  for (const char* metric : {"bleu", "chrf", "chrf++", "ter", "bleu,stripped"}) {
    INFO(metric);
    CHECK(test_of(metric, good, bad).p_value < 0.01);
  }
  CHECK_THROWS_AS(test_of("mystery", good, bad), InputError);
  CHECK_THROWS_WITH(test_of("acc", {"yes"}, {"yes"}),
                    "metric acc: the samples files log \"yes\" where 0 or 1 is expected");
  CHECK_THROWS_AS(test_of("bleu", {Json{1, 2}}, {Json{1, 2}}), InputError);
}

TEST_CASE("all references of a corpus metric are logged and read back") {
  const Metric& bleu = Registry<Metric>::get("bleu");
  const Metric* const one = &bleu;
  const std::vector<std::string> texts{"the cat sat on the mat", "a cat is on the mat", "cats sit on mats"};
  const TextOutcome of_three{"the cat is on the mat", {texts.begin(), texts.end()}};
  const TextOutcome of_one{"the cat is on the mat", {texts[0]}};
  for (const TextOutcome& outcome : {of_three, of_one}) {
    const DocumentValue value = Measurement({&one, 1}).of_document(outcome).front();
    const std::vector<Json> logged{logged_value(bleu, value, outcome)};
    CHECK(statistics_of(bleu, logged).front() == value.statistics);
  }
  const DocumentValue unused;
  CHECK(logged_value(bleu, unused, of_one) == Json{texts[0], "the cat is on the mat"});
  CHECK(logged_value(bleu, unused, of_three) == Json::array({texts, "the cat is on the mat"}));
}

TEST_CASE("the same report has nothing to say") {
  const ReportComparison comparison = changed([](Report&) {});
  CHECK_FALSE(comparison.has_regression());
  CHECK(comparison.context.empty());
  CHECK(comparison.cells.size() == 3);  // what failed before is no result
  for (const ComparedCell& cell : comparison.cells) CHECK(cell.verdict == Verdict::kSame);
  REQUIRE(comparison.speeds.size() == 2);
  CHECK(comparison.speeds[0].new_tokens_per_s == 1500);
}

TEST_CASE("a metric that got worse is a regression where that is significant") {
  const auto verdict = [](double accuracy, const CompareOptions& options = {}) {
    return cell_of(changed([&](Report& r) { set_accuracy(r, accuracy); }, options), "a", "copa").verdict;
  };
  CHECK(verdict(0.625 - 0.12) == Verdict::kRegression);  // 2.1 standard errors of the difference
  CHECK(verdict(0.625 - 0.10) == Verdict::kWorse);       // 1.8
  CHECK(verdict(0.625 + 0.12) == Verdict::kBetter);
  CHECK(verdict(0.625 + 0.10) == Verdict::kSame);
  CHECK(verdict(0.625 - 0.10, {.alpha = 0.1}) == Verdict::kRegression);
  CHECK(verdict(0.625 - 0.10, {.max_drop = 0.05}) == Verdict::kRegression);
  CHECK(verdict(0.625 - 0.10, {.max_drop = 0.15}) == Verdict::kWorse);
}

TEST_CASE("a metric without an error may be worse by a thousandth, in its own direction") {
  const auto verdict = [](double perplexity) {
    return cell_of(changed([&](Report& r) { r.results[1].metrics[0].value = perplexity; }), "a", "wikitext")
        .verdict;
  };
  CHECK(verdict(12.5 * 1.0009) == Verdict::kWorse);
  CHECK(verdict(12.5 * 1.0011) == Verdict::kRegression);
  CHECK(verdict(12.5 * 0.9) == Verdict::kBetter);
}

TEST_CASE("a result that failed or is missing is a regression") {
  const ReportComparison failed = changed([](Report& r) {
    r.results[0].error = "out of memory";
    r.results[0].metrics.clear();
  });
  CHECK(failed.has_regression());
  CHECK(cell_of(failed, "a", "copa").method == "failed: out of memory");
  CHECK_FALSE(cell_of(failed, "a", "copa").new_value);
  const ReportComparison missing = changed([](Report& r) {
    r.models.erase(r.models.begin());
    std::erase_if(r.results, [](const ResultRow& row) { return row.model == "a"; });
  });
  CHECK(missing.has_regression());
  CHECK(cell_of(missing, "a", "wikitext").method == "missing");
  CHECK(changed([](Report& r) { r.results[0].metrics[0].name = "acc_norm"; }).has_regression());
}

TEST_CASE("speed has a limit of its own") {
  const auto slower = [](double factor) {
    return [factor](Report& r) {
      for (ResultRow& row : r.results) row.throughput.wall_s *= factor;
    };
  };
  CHECK_FALSE(changed(slower(1.05)).has_regression());
  CHECK(changed(slower(1.2)).has_regression());
  CHECK_FALSE(changed(slower(1.2), {.max_slowdown = 0.5}).has_regression());
  CHECK(changed(slower(1.2), {.max_slowdown = std::nullopt}).speeds.empty());
  CHECK(changed(slower(0.5)).speeds[0].verdict == Verdict::kBetter);
  const auto cached = changed([&](Report& r) {
    slower(1.2)(r);
    for (ResultRow& row : r.results) row.cached_requests = 1;  // says nothing of speed
  });
  CHECK(cached.speeds.empty());
}

TEST_CASE("what differs in the circumstances is listed, also deep inside") {
  const ReportComparison comparison = changed([](Report& r) {
    r.context["started"] = "2027-01-01T00:00:00Z";
    r.context["dtype"] = "bfloat16";
    r.context["cpu"] = {{"model", "new"}};
    r.models[0].weights_sha256 = "abc";
    r.models.push_back(r.models[0]);
    r.models.back().name = "third";
    r.tasks.push_back(r.tasks[0]);
    r.tasks.back().name = "piqa";
  });
  REQUIRE(comparison.context.size() == 3);
  CHECK(comparison.context[0].field == "context.dtype");
  CHECK(comparison.context[0].old_value == "float32");
  CHECK(comparison.context[0].new_value == "bfloat16");
  CHECK(comparison.context[1].field == "context.cpu");
  CHECK(comparison.context[2].field == "model a: weights_sha256");
  CHECK(comparison.added == std::vector<std::string>{"model third", "task piqa"});
}

TEST_CASE("reports of other data or tasks are not comparable, and the field is named") {
  const auto refused = [](auto change, const std::string& part) {
    INFO(part);
    CHECK_THROWS_WITH(changed(change), Catch::Contains(part));
  };
  refused([](Report& r) { r.tasks[0].data_sha256 = "other"; }, "task copa: data.sha256");
  refused([](Report& r) { r.tasks[0].version = "2.0"; }, "task copa: version: 1.0 in the old report, 2.0");
  refused([](Report& r) { r.tasks[1].documents = 5; }, "task wikitext: documents: 4 in the old report, 5");
  refused([](Report& r) { r.tasks[0].num_fewshot = 5; }, "task copa: num_fewshot");
  refused([](Report& r) { r.tasks.erase(r.tasks.begin()); }, "tasks: copa is in the old report only");
}

TEST_CASE("documents are paired where samples files lie beside both reports") {
  const test::TemporaryFolder folder;
  const auto write = [&](const char* name, const std::vector<int>& right, const std::string& hash) {
    std::string lines;
    for (std::size_t i = 0; i < right.size(); ++i)
      lines +=
          Json{{"doc_id", i}, {"filter", "none"}, {"doc_hash", hash + std::to_string(i)}, {"acc", right[i]}}
              .dump() +
          "\n";
    write_file_atomically(folder.path() / name / "samples_a_copa.jsonl", lines);
    return NamedReport{(folder.path() / name / "r.json").string(), small_report()};
  };
  NamedReport before = write("old", {1, 1, 1, 1, 1, 1, 1, 0}, "h");
  set_accuracy(before.report, 0.875);
  NamedReport after = write("new", {0, 0, 0, 0, 0, 0, 0, 0}, "h");
  set_accuracy(after.report, 0.0);
  const ComparedCell paired = cell_of(compare(before, after, {}), "a", "copa");
  CHECK(paired.method == "McNemar, 7 lost, 0 gained");
  CHECK(*paired.p_value == Approx(2.0 / 128));
  CHECK(paired.verdict == Verdict::kRegression);

  NamedReport other = write("other", {0, 0, 0, 0, 0, 0, 0, 0}, "x");
  set_accuracy(other.report, 0);
  const ReportComparison unpaired = compare(before, other, {});
  CHECK(cell_of(unpaired, "a", "copa").method == "standard errors");
  REQUIRE(unpaired.notes.size() == 1);
  CHECK(unpaired.notes[0].find("other documents") != std::string::npos);
}

TEST_CASE("every format shows the regression") {
  const ReportComparison comparison = changed([](Report& r) {
    set_accuracy(r, 0.1);
    r.context["dtype"] = "bfloat16";
    for (ResultRow& row : r.results) row.throughput.wall_s *= 2;
  });
  const std::string text = as_text(comparison), markdown = as_markdown(comparison);
  for (const char* part : {"REGRESSION", "float32", "copa", "standard errors"}) {
    CHECK(text.find(part) != std::string::npos);
    CHECK(markdown.find(part) != std::string::npos);
  }
  CHECK(text.find("regressions: 3, improvements: 0") != std::string::npos);
  const Json json = as_json(comparison);
  CHECK(json["regression"] == true);
  CHECK(json["results"][0]["verdict"] == "regression");
  CHECK(json["results"][0]["new"] == 0.1);
  CHECK(json["results"][0]["p_value"].get<double>() < 1e-6);
  CHECK(json["speed"][0]["verdict"] == "regression");
}
