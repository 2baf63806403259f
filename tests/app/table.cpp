// Tables from reports that eval wrote: formats, merging, exit codes, files that are no reports.

#include "harness/base/files.hpp"
#include "tests/app/small_model.hpp"

namespace iiet::test {
namespace {

namespace fs = std::filesystem;

/// A report of two models, one of them under a name that every format must escape.
struct Place {
  TemporaryFolder folder;
  fs::path report = folder.path() / "r.json";
  Place() {
    const fs::path plain = folder.path() / "m", odd = folder.path() / "a_b|c&d";
    write_model(plain);
    write_model(odd);
    const Run run =
        run_program({"--models", plain.string() + "," + odd.string(), "--tasks", "copa,wikitext", "--limit",
                     "3", "--bootstrap-iters", "10", "--confirm-sample-data", "--output", report.string()});
    INFO(run.err);
    REQUIRE(run.exit_code == 0);
  }
  Run table(std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"table", report.string()});
    return run_program(more);
  }
};

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("table: every format of a report that eval wrote, marked as sample data and untrained") {
  const Place place;
  const std::pair<std::string, std::vector<std::string>> formats[] = {
      {"text", {"a_b|c&d (untrained)", "±", "word_perplexity"}},
      {"markdown", {"| a\\_b\\|c&amp;d (untrained)", "word\\_perplexity", "|:--|"}},
      {"latex", {"a\\_b\\textbar{}c\\&d (untrained)", "\\toprule", "\\bottomrule", "\\end{table}", "$\\pm$"}},
      {"csv", {"a_b|c&d,copa,acc,", ",true,true,"}}};
  for (const auto& [format, parts] : formats) {
    INFO(format);
    const Run run = place.table({"--format", format});
    INFO(run.out << run.err);
    CHECK(run.exit_code == 0);
    CHECK(run.err.empty());
    for (const std::string& part : parts) CHECK(holds(run.out, part));
    CHECK(holds(run.out, "sample data: "));
    CHECK(holds(run.out, "untrained: "));
    const fs::path output = place.folder.path() / ("t." + format);
    const Run written = place.table({"--format", format, "--output", output.string()});
    CHECK(written.exit_code == 0);
    CHECK(written.out.empty());
    CHECK(read_file(output) == run.out);
  }
}

TEST_CASE("table: presets, layouts and published numbers") {
  const Place place;
  CHECK(holds(place.table({"--preset", "efficiency"}).out, "tokens/s"));
  CHECK(holds(place.table({"--preset", "efficiency"}).out, "(× transformer)"));
  const Run published = place.table({"--published", "iiet", "--published", "gla"});
  INFO(published.err);
  CHECK(holds(published.out, "+2.65 over Transformer"));
  CHECK(holds(published.out, "28.39"));
  const std::string layout = (place.folder.path() / "l.json").string();
  write_file_atomically(layout, R"({"columns": [{"task": "copa", "metric": "acc", "label": "COPA"}]})");
  const Run own = place.table({"--layout", layout});
  CHECK(own.exit_code == 0);
  CHECK(holds(own.out, "COPA"));
  CHECK(!holds(own.out, "wikitext"));
  check_refused(place.table({"--layout", layout, "--preset", "main"}), 2, {"--preset"});
  check_refused(place.table({"--preset", "translation"}), 2, {"bleu, chrf, ter"});
  check_refused(place.table({"--preset", "mian"}), 2, {"--preset", "mian"});
  check_refused(place.table({"--published", "nobody"}), 2, {"unknown source 'nobody'", "iiet"});
  check_refused(place.table({"--layout", (place.folder.path() / "none.json").string()}), 2, {"none.json"});
  check_refused(place.table({"--format", "html"}), 2, {"--format"});
  check_refused(run_program({"table"}), 2, {"reports"});
}

TEST_CASE("table: a later run of the same cell wins and is named") {
  const Place place;
  Json report = read_json(place.report);
  const std::string first = report["context"]["started"];
  report["context"]["started"] = "2999-01-01T00:00:00Z";
  report["results"][0]["metrics"]["acc"]["value"] = 0.12345;
  const std::string later = (place.folder.path() / "later.json").string();
  write_file_atomically(later, report.dump());
  const Run run = run_program({"table", later, place.report.string(), "--format", "csv"});
  CHECK(run.exit_code == 0);
  CHECK(holds(run.out, "m,copa,acc,0.12345,"));
  CHECK(holds(run.out, "from the run of 2999-01-01T00:00:00Z, which replaces " + first));
}

TEST_CASE("table: files that are no reports are refused with the place of the fault") {
  const Place place;
  const fs::path bad = place.folder.path() / "bad.json";
  const auto refused = [&](const std::string& content, const std::vector<std::string>& parts) {
    write_file_atomically(bad, content);
    check_refused(run_program({"table", place.report.string(), bad.string()}), 2, parts);
  };
  refused("", {"bad.json", "not valid JSON"});
  refused("{\n\"a\": NaN}", {"bad.json: line 2: NaN"});
  refused("{}", {"bad.json: schema: is missing"});
  Json report = read_json(place.report);
  report["schema"] = 7;
  refused(report.dump(), {"bad.json: schema: this program reads 1, got 7"});
  report["schema"] = 1;
  report["results"][0]["metrics"]["acc"]["value"] = "many";
  refused(report.dump(), {"bad.json: results[0].metrics.acc.value", "a number", "many"});
  report["results"][0]["metrics"]["acc"]["value"] = "NaN";  // a number that marks its cell
  write_file_atomically(bad, report.dump());
  const Run run = run_program({"table", bad.string()});
  CHECK(run.exit_code == 0);
  CHECK(run.out.find("is not a finite number") != std::string::npos);
  report["results"][0]["metrics"].erase("acc");
  report["models"][0].erase("parameters");
  refused(report.dump(), {"bad.json: models[0].parameters: is missing"});
  check_refused(run_program({"table", (place.folder.path() / "no.json").string()}), 2, {"no.json"});
  check_refused(run_program({"table", place.folder.path().string()}), 2, {"it is a folder"});
  check_refused(place.table({"--output", place.folder.path().string()}), 2, {"it is a folder"});
}

}  // namespace iiet::test
