// Comparing on documents: which samples files count, what is computed from them, and what is only rounding.

#include <cmath>
#include <functional>

#include <catch2/catch.hpp>

#include "harness/base/files.hpp"
#include "harness/report/compare.hpp"
#include "harness/report/samples.hpp"
#include "tests/support/report.hpp"
#include "tests/support/shared.hpp"

namespace iiet::test {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kDocuments = 40;

using ValueOfDocument = std::function<Json(std::size_t)>;

/// The small report in two folders, whose first model's metrics are set and logged by the test.
struct Runs {
  TemporaryFolder folder;
  NamedReport before{(folder.path() / "old" / "r.json").string(), small_report()};
  NamedReport after{(folder.path() / "new" / "r.json").string(), small_report()};

  /// Logs documents as `metric` (`name` or `name,filter`) of copa.
  static void log(const NamedReport& run, const std::string& metric, const ValueOfDocument& value_of) {
    const std::size_t comma = metric.find(',');
    const std::string filter = comma == std::string::npos ? "none" : metric.substr(comma + 1);
    std::string lines;
    for (std::size_t d = 0; d < kDocuments; ++d)
      lines += Json{{"doc_id", d},
                    {"filter", filter},
                    {"doc_hash", std::to_string(d)},
                    {metric.substr(0, comma), value_of(d)}}
                   .dump() +
               "\n";
    write_file_atomically(fs::path(run.name).parent_path() / "samples_a_copa.jsonl", lines);
  }
  void set(const std::string& metric, double old_value, double new_value) {
    before.report.results[0].metrics = {{metric, old_value, 1.0, kDocuments, true}};
    after.report.results[0].metrics = {{metric, new_value, 1.0, kDocuments, true}};
  }
  ComparedCell first_cell() const { return compare(before, after, {}).cells.front(); }
  std::vector<std::string> notes() const { return compare(before, after, {}).notes; }
};

/// The first `count` documents are right.
ValueOfDocument right(std::size_t count) {
  return [count](std::size_t d) { return d < count ? 1.0 : 0.0; };
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("compare: the filter of a metric chooses the lines of the samples file") {
  Runs runs;
  runs.set("exact_match,strict-match", 1, 0.5);
  Runs::log(runs.before, "exact_match,strict-match", right(40));
  Runs::log(runs.after, "exact_match,strict-match", right(20));
  CHECK(runs.first_cell().method == "McNemar, 20 lost, 0 gained");
  Runs::log(runs.after, "exact_match,flexible-extract", right(20));
  CHECK(runs.first_cell().method == "standard errors");
}

TEST_CASE("compare: log-probabilities give the perplexity and the bits that are reported") {
  Runs runs;
  const auto ratio = [](double shift) {
    return [shift](std::size_t d) { return Json::array({-10.0 - static_cast<double>(d) - shift, 10.0}); };
  };
  Runs::log(runs.before, "word_perplexity", ratio(0));
  Runs::log(runs.after, "word_perplexity", ratio(0.1));
  runs.set("word_perplexity", std::exp(29.5 / 10), std::exp(29.6 / 10));
  CHECK(runs.notes().empty());
  CHECK(runs.first_cell().method == "paired bootstrap");
  CHECK(runs.first_cell().p_value.value() == Approx(1.0 / 2001));
  Runs::log(runs.before, "bits_per_byte", ratio(0));
  Runs::log(runs.after, "bits_per_byte", ratio(0.1));
  runs.set("bits_per_byte", 2.95 / std::log(2), 2.96 / std::log(2));
  CHECK(runs.first_cell().method == "paired bootstrap");
}

TEST_CASE("compare: corpus metrics are computed anew from the logged texts") {
  Runs runs;
  const auto reference = [](std::size_t d) {
    return "the cat number " + std::to_string(d) + " sat on the mat of the house";
  };
  Runs::log(runs.before, "bleu", [&](std::size_t d) { return Json::array({reference(d), reference(d)}); });
  Runs::log(runs.after, "bleu", [&](std::size_t d) { return Json::array({reference(d), ""}); });
  runs.set("bleu", 100, 0);
  CHECK(runs.notes().empty());
  CHECK(runs.first_cell().method == "paired bootstrap");
  CHECK(runs.first_cell().verdict == Verdict::kRegression);
}

TEST_CASE(
    "compare: samples files of another run, as a later one leaves them in the same folder, do not count") {
  Runs runs;
  runs.set("acc", 0.5, 0.25);
  Runs::log(runs.before, "acc", right(20));
  Runs::log(runs.after, "acc", right(20));
  CHECK(runs.first_cell().method == "standard errors");
  REQUIRE(runs.notes().size() == 1);
  CHECK(holds(runs.notes()[0], "new/samples_a_copa.jsonl is of another run than"));
  Runs::log(runs.after, "acc", right(10));
  CHECK(runs.first_cell().method == "McNemar, 10 lost, 0 gained");
  CHECK(runs.notes().empty());
}

TEST_CASE("compare: all references of a corpus metric count") {
  Runs runs;
  const auto references = [](std::size_t d) {
    return Json{"the cat number " + std::to_string(d) + " sat on the mat",
                "a cat with number " + std::to_string(d) + " was on the mat"};
  };
  Runs::log(runs.before, "bleu", [&](std::size_t d) {
    return Json::array({references(d), references(d)[1]});
  });
  Runs::log(runs.after, "bleu", [&](std::size_t d) { return Json::array({references(d), ""}); });
  runs.set("bleu", 100, 0);
  CHECK(runs.notes().empty());  // against the first reference alone the old run would not have 100
  CHECK(runs.first_cell().method == "paired bootstrap");
}

TEST_CASE("compare: documents of a metric that the program does not know are not paired") {
  Runs runs;
  runs.set("f1", 0.5, 0.25);
  Runs::log(runs.before, "f1", right(20));
  Runs::log(runs.after, "f1", right(10));
  CHECK(runs.first_cell().method == "standard errors");
  CHECK(runs.notes() ==
        std::vector<std::string>{"a, copa, f1: this program does not know the metric: not paired"});
}

TEST_CASE("compare: a value that is no finite number decides alone about its cell") {
  const auto compared = [](double before, double after) {
    Runs runs;
    runs.set("acc", before, after);
    const ReportComparison comparison = compare(runs.before, runs.after, {});
    CHECK(comparison.cells.size() == 3);
    CHECK(comparison.cells[1].verdict == Verdict::kSame);
    CHECK(as_json(comparison)["results"][0]["new"] == number_json(after));
    return comparison.cells.front();
  };
  CHECK(compared(0.5, NAN).verdict == Verdict::kRegression);
  CHECK(compared(0.5, INFINITY).method == "not a finite number");
  CHECK(compared(NAN, 0.5).verdict == Verdict::kBetter);
  CHECK(compared(NAN, NAN).verdict == Verdict::kSame);
  Runs runs;
  runs.set("acc", 0.5, 0.25);
  runs.after.report.results[0].metrics[0].standard_error = NAN;
  CHECK(runs.first_cell().method == "0.1 % of the value");
}

TEST_CASE("compare: samples files lie in the run's folder, or beside a report without one") {
  Runs runs;
  runs.set("acc", 0.5, 0.25);
  Runs::log(runs.before, "acc", right(20));
  Runs::log(runs.after, "acc", right(10));
  const fs::path beside = fs::path(runs.after.name).parent_path() / "samples_a_copa.jsonl";
  CHECK(find_samples(runs.after.name, "a", "copa") == beside);
  fs::create_directory(run_folder(runs.after.name));
  fs::rename(beside, samples_file(runs.after.name, "a", "copa"));
  write_file_atomically(beside, "of another run");
  CHECK(find_samples(runs.after.name, "a", "copa") == beside.parent_path() / "r" / "samples_a_copa.jsonl");
  CHECK(runs.first_cell().method == "McNemar, 10 lost, 0 gained");
}

TEST_CASE("compare: a malformed samples file is named with its line") {
  Runs runs;
  runs.set("acc", 0.5, 0.25);
  Runs::log(runs.before, "acc", right(20));
  write_file_atomically(fs::path(runs.after.name).parent_path() / "samples_a_copa.jsonl",
                        "{\"filter\": \"none\"}\n");
  CHECK_THROWS_WITH(runs.notes(), Catch::Contains("samples_a_copa.jsonl:1: field 'doc_hash'"));
}

TEST_CASE("compare: rounding is no regression, however steady it is") {
  Runs runs;
  const auto log_probability = [](double factor) {
    return [factor](std::size_t d) { return -(10.0 + static_cast<double>(d)) * factor; };
  };
  for (const auto& [factor, verdict] :
       {std::pair(1 + 1e-6, Verdict::kSame), {1 + 1e-4, Verdict::kRegression}}) {
    Runs::log(runs.before, "perplexity", log_probability(1));
    Runs::log(runs.after, "perplexity", log_probability(factor));
    runs.set("perplexity", std::exp(29.5), std::exp(29.5 * factor));
    for (NamedReport* run : {&runs.before, &runs.after})
      run->report.results[0].metrics[0].higher_is_better = false;
    CHECK(runs.first_cell().verdict == verdict);
    CHECK(runs.notes().empty());
  }
  const ReportComparison strict = compare(runs.before, runs.after, {.max_drop = 0});
  CHECK(strict.cells.front().verdict == Verdict::kRegression);
}

TEST_CASE("compare: what failed before and works now is an improvement") {
  Runs runs;
  runs.after.report.results[3].error.clear();
  runs.after.report.results[3].metrics = {{"word_perplexity", 30, std::nullopt, 4, false}};
  const ReportComparison comparison = compare(runs.before, runs.after, {});
  CHECK(!comparison.has_regression());
  REQUIRE(comparison.cells.size() == 4);
  CHECK(comparison.cells.back().verdict == Verdict::kBetter);
  CHECK(!comparison.cells.back().old_value);
  CHECK(comparison.cells.back().new_value == 30);
}

}  // namespace iiet::test
