// compare: exit codes, formats and refusals, on reports that eval wrote.

#include "harness/base/files.hpp"
#include "tests/app/small_model.hpp"

namespace iiet::test {
namespace {

namespace fs = std::filesystem;

/// A report with its samples files, and a copy of both in another folder.
struct Place {
  TemporaryFolder folder;
  fs::path before = folder.path() / "old" / "r.json", after = folder.path() / "new" / "r.json";

  Place() {
    const fs::path model = folder.path() / "m";
    write_model(model);
    const Run run = run_program({"--models", model.string(), "--tasks", "arc_easy,wikitext,wmt14-fr-en",
                                 "--bootstrap-iters", "10", "--confirm-sample-data", "--log-samples",
                                 "--output", before.string()});
    INFO(run.err);
    REQUIRE(run.exit_code == 0);
    fs::copy(before.parent_path(), after.parent_path(), fs::copy_options::recursive);
  }
  Run compare(std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"compare", before.string(), after.string()});
    return run_program(more);
  }
  template <typename Change>
  void change_report(Change change) const {
    Json report = read_json(after);
    change(report);
    write_file_atomically(after, report.dump());
  }
  /// `change(line)` for every line of a samples file of the new report.
  template <typename Change>
  void change_samples(const std::string& task, Change change) const {
    const fs::path file = after.parent_path() / "r" / ("samples_m_" + task + ".jsonl");
    std::string lines;
    for_each_json_line(file, [&](Json line, std::size_t) {
      change(line);
      lines += line.dump() + "\n";
    });
    write_file_atomically(file, lines);
  }
};

Json& metric_of(Json& report, std::size_t result, const std::string& name) {
  return report["results"][result]["metrics"][name];
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("compare: the same report: exit code 0 in every format") {
  const Place place;
  for (const std::string format : {"text", "markdown", "json"}) {
    const Run run = place.compare({"--format", format});
    INFO(run.out << run.err);
    CHECK(run.exit_code == 0);
    CHECK(run.err.empty());
    CHECK(holds(run.out, format == "json" ? "\"regression\": false" : "regressions: 0"));
    CHECK(holds(run.out, "wikitext"));
    CHECK(!holds(run.out, "differ"));
  }
}

TEST_CASE("compare: a text model that got worse on every document: exit code 3, paired") {
  const Place place;
  double log_probability = 0, words = 0;
  place.change_samples("wikitext", [&](Json& line) {
    for (const char* metric : {"word_perplexity", "byte_perplexity", "bits_per_byte"})
      line[metric][0] = line[metric][0].get<double>() * 1.01;
    log_probability += line["word_perplexity"][0].get<double>();
    words += line["word_perplexity"][1].get<double>();
  });
  place.change_report([&](Json& report) {
    metric_of(report, 1, "word_perplexity")["value"] = std::exp(-log_probability / words);
    report["context"]["dtype"] = "bfloat16";
  });
  const Run run = place.compare({"--format", "json", "--alpha", "0.2"});
  INFO(run.out << run.err);
  CHECK(run.exit_code == 3);
  const Json comparison = parse_json(run.out, "comparison");
  CHECK(comparison["regression"] == true);
  CHECK(comparison["context"][0] ==
        Json{{"field", "context.dtype"}, {"old", "float32"}, {"new", "bfloat16"}});
  std::size_t regressions = 0;
  for (const Json& cell : comparison["results"]) {
    if (cell["verdict"] != "regression") continue;
    ++regressions;
    CHECK(cell["metric"] == "word_perplexity");
    CHECK(cell["method"] == "paired bootstrap");
    CHECK(cell["p_value"] == 0.125);  // the least that four documents can give
  }
  CHECK(regressions == 1);
  const Run markdown = place.compare({"--format", "markdown", "--alpha", "0.2"});
  CHECK(markdown.exit_code == 3);
  CHECK(markdown.out.starts_with("**regressions: 1, "));
  CHECK(holds(markdown.out, "| REGRESSION |"));
}

TEST_CASE("compare: every metric that eval logs is found again in its samples file, and only there") {
  const Place place;
  // A change of the reports' values alone: the samples files then are those of another run, and are named so.
  place.change_report([](Json& report) {
    for (Json& result : report["results"])
      for (auto& [name, metric] : result["metrics"].items())
        metric["value"] = metric["value"].get<double>() * 1.01 + 0.125;
  });
  const Run run = place.compare({"--format", "json"});
  const Json comparison = parse_json(run.out, "comparison");
  INFO(run.out << run.err);
  CHECK(comparison["notes"].size() == comparison["results"].size());
  for (const Json& note : comparison["notes"]) {
    CHECK(holds(note, (place.after.parent_path() / "r" / "samples_m_").string()));
    CHECK(
        !holds(note, (place.before.parent_path() / "r" / "samples_m_").string()));  // it gives the old values
  }
}

TEST_CASE("compare: limits of the user") {
  const Place place;
  place.change_report([](Json& report) {
    Json& value = metric_of(report, 0, "acc")["value"];
    value = value.get<double>() - 0.001;
    report["results"][0]["throughput"]["wall_s"] = 1e6;
  });
  CHECK(place.compare({"--no-speed"}).exit_code == 0);
  CHECK(place.compare({"--max-slowdown", "1"}).exit_code == 0);
  const Run slow = place.compare();
  CHECK(slow.exit_code == 3);
  CHECK(holds(slow.out, "Speed"));
  CHECK(place.compare({"--no-speed", "--max-drop", "0.002"}).exit_code == 0);
  const Run dropped = place.compare({"--no-speed", "--max-drop", "0.0005"});
  CHECK(dropped.exit_code == 3);
  CHECK(holds(dropped.out, "more than 0.0005"));
  check_refused(place.compare({"--alpha", "2"}), 2, {"--alpha"});
  check_refused(place.compare({"--max-drop", "-1"}), 2, {"--max-drop"});
  check_refused(place.compare({"--no-speed", "--max-slowdown", "0.2"}), 2, {"--max-slowdown"});
  check_refused(place.compare({"--format", "html"}), 2, {"--format"});
  check_refused(run_program({"compare", place.before.string()}), 2, {"new"});
}

TEST_CASE("compare: results that are missing or failed: exit code 3") {
  const Place place;
  place.change_report([](Json& report) {
    Json& failed = report["results"][0];
    failed["status"] = "failed";
    failed["error"] = "out of memory";
    failed["metrics"] = Json::object();
    failed["throughput"] = nullptr;
    report["results"].erase(1);
  });
  const Run run = place.compare({"--no-speed"});
  INFO(run.out << run.err);
  CHECK(run.exit_code == 3);
  CHECK(holds(run.out, "failed: out of memory"));
  CHECK(holds(run.out, "missing"));
}

TEST_CASE("compare: a metric that became NaN is a regression, and the others are compared") {
  const Place place;
  place.change_report([](Json& report) { metric_of(report, 0, "acc")["value"] = "NaN"; });
  const Run run = place.compare({"--no-speed", "--format", "json"});
  INFO(run.out << run.err);
  CHECK(run.exit_code == 3);
  const Json comparison = parse_json(run.out, "comparison");
  for (const Json& cell : comparison["results"])
    CHECK((cell["verdict"] == "regression") == (cell["task"] == "arc_easy" && cell["metric"] == "acc"));
  CHECK(run_program({"table", place.after.string()}).exit_code == 0);
}

TEST_CASE("compare: reports that cannot be compared: exit code 2 and the field") {
  const Place place;
  const Json original = read_json(place.after);
  const auto refused = [&](const char* field, const Json& value, const std::vector<std::string>& parts) {
    Json report = original;
    report[Json::json_pointer(field)] = value;
    write_file_atomically(place.after, report.dump());
    check_refused(place.compare(), 2, parts);
  };
  refused("/tasks/0/data/sha256", std::string(64, '0'), {"not comparable", "arc_easy", "data.sha256"});
  refused("/tasks/0/documents", 3, {"not comparable", "arc_easy", "documents"});
  refused("/tasks/1/version", "0", {"not comparable", "wikitext", "version"});
  refused("/schema", 2, {"new/r.json", "schema", "got 2"});
  refused("/results/0/metrics/acc/value", "nan", {"new/r.json", "results[0].metrics.acc.value", "nan"});
  Json fewer = original;
  fewer["tasks"].erase(2);
  fewer["results"].erase(2);
  write_file_atomically(place.after, fewer.dump());
  check_refused(place.compare(), 2, {"wmt14-fr-en is in the old report only"});
  write_file_atomically(place.after, "{\"a\": Infinity}");
  check_refused(place.compare(), 2, {"new/r.json: line 1: Infinity"});
  fs::remove(place.after);
  check_refused(place.compare(), 2, {"new/r.json"});
  write_file_atomically(place.after, original.dump());
  write_file_atomically(place.after.parent_path() / "r" / "samples_m_arc_easy.jsonl", "{}\n");
  place.change_report([](Json& report) { metric_of(report, 0, "acc")["value"] = 0.99; });
  check_refused(place.compare(), 2, {"samples_m_arc_easy.jsonl:1", "filter"});
}

}  // namespace iiet::test
