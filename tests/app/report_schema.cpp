// results/report.schema.json against reports that eval wrote: it accepts them all, and nothing that a reader
// would stumble over.

#include <cstdio>
#include <memory>

#include "harness/base/files.hpp"
#include "tests/app/small_model.hpp"

namespace iiet::test {
namespace {

namespace fs = std::filesystem;

/// What a command prints.
std::string output_of(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
  REQUIRE(pipe);
  std::string output;
  char part[4096];
  while (const std::size_t bytes = std::fread(part, 1, sizeof part, pipe.get())) output.append(part, bytes);
  return output;
}

/// Reports that the schema must accept or refuse, judged all at once: every start of Python costs.
class Expectations {
 public:
  void accepted(const Json& report, std::string what) { add(report, std::move(what), ""); }
  void refused(const Json& report, std::string what) { add(report, std::move(what), "refused"); }

  void check() const {
    const TemporaryFolder folder;
    const fs::path lines = folder.path() / "reports.jsonl", root = project_root();
    write_file_atomically(lines, reports_);
    // Debian's Python has the validator.
    const std::string output =
        output_of("PATH=/usr/bin:$PATH python3 -I '" + (root / "tests/support/validate_reports.py").string() +
                  "' '" + (root / "results/report.schema.json").string() + "' '" + lines.string() + "'");
    const auto faults = lines_of(output);
    REQUIRE(faults.size() == cases_.size());
    for (std::size_t i = 0; i < faults.size(); ++i) {
      const auto& [what, verdict] = cases_[i];
      INFO(what << ": " << faults[i]);
      CHECK(faults[i].empty() == verdict.empty());
    }
  }

 private:
  void add(const Json& report, std::string what, std::string verdict) {
    reports_ += report.dump() + "\n";
    cases_.emplace_back(std::move(what), std::move(verdict));
  }

  std::string reports_;
  std::vector<std::pair<std::string, std::string>> cases_;  // what it is; empty: accepted
};

/// Reports of every kind: two models, one of which cannot be loaded; tasks of choices, of texts and of
/// answers; a task that fails.
struct Place {
  TemporaryFolder folder;
  fs::path report = folder.path() / "r.json";

  Place() {
    const fs::path good = folder.path() / "m", bad = folder.path() / "bad", data = folder.path() / "data";
    write_model(good);
    write_model(bad, small_config(), "short");
    const Json document = {{"goal", "g"}, {"sol1", std::string(600, 'x')}, {"sol2", "b"}, {"label", 0}};
    write_file_atomically(data / "piqa" / "validation.jsonl", document.dump() + "\n" + piqa_documents(1));
    const Run run =
        run_program({"--models", good.string() + "," + bad.string() + "," + good.string() + ":rope_theta=500",
                     "--tasks", "piqa,copa,lambada_openai,wikitext,gsm8k,wmt14-fr-en,xsum", "--limit", "0.2",
                     "--num-fewshot", "0", "--data", data.string(), "--bootstrap-iters", "10",
                     "--confirm-sample-data", "--output", report.string()});
    INFO(run.err);
    REQUIRE(run.exit_code == 1);
  }
};

/// Every place in a report where the schema says something: each field removed, and each object with a field
/// more.
void change_every_field(const Json& report, Json::json_pointer place, Expectations& expectations) {
  const Json& here = report.at(place);
  if (here.is_array()) {
    for (std::size_t i = 0; i < here.size(); ++i) change_every_field(report, place / i, expectations);
    return;
  }
  if (!here.is_object()) return;
  const std::string path = place.to_string();
  if (path.ends_with("/config") || path.ends_with("/metrics")) return;  // any fields
  for (const auto& [name, value] : here.items()) {
    Json without = report, other = report;
    without[place].erase(name);
    expectations.refused(without, path + " without " + name);
    other[place][name] = Json::array({Json::object()});
    expectations.refused(other, path + " with another " + name);
    change_every_field(report, place / name, expectations);
  }
  if (path.starts_with("/context")) return;  // may grow
  Json more = report;
  more[place]["surplus"] = 1;
  expectations.refused(more, path + " with a field more");
}

}  // namespace

TEST_CASE("schema: a report with results of every kind, failures among them") {
  const Place place;
  const Json report = read_json(place.report);
  Expectations expectations;
  expectations.accepted(report, "new report");
  expectations.accepted(read_json(project_root() / "results" / "baselines" / "shipped.json"), "baseline");
  expectations.check();
  std::size_t failed = 0;
  for (const Json& result : report["results"]) failed += result["status"] == "failed" ? 1 : 0;
  CHECK(failed == 9);  // seven of the model that cannot be loaded, and piqa of the others
  CHECK(failed < report["results"].size());
}

TEST_CASE("schema: a field that is missing, unknown or of another type") {
  const Place place;
  Json report = read_json(place.report);
  // One row of each kind is enough.
  Json failed, good;
  for (const Json& result : report["results"]) (result["status"] == "ok" ? good : failed) = result;
  report["results"] = {good, failed};
  report["models"] = Json::array({report["models"][0]});
  report["tasks"] = Json::array({report["tasks"][0]});
  report["averages"] = Json::array({report["averages"][0]});
  Expectations expectations;
  expectations.accepted(report, "one row of each kind");
  change_every_field(report, Json::json_pointer(), expectations);
  expectations.check();
}

TEST_CASE("schema: values that contradict each other or are out of range") {
  const Place place;
  const Json report = read_json(place.report);
  std::size_t good = 0;
  while (report["results"][good]["status"] != "ok") ++good;
  const std::string result = "/results/" + std::to_string(good);
  const std::string metric = result + "/metrics/" + report["results"][good]["metrics"].begin().key();
  const std::vector<std::pair<std::string, Json>> wrong{{"/schema", 2},
                                                        {"/context/started", "yesterday"},
                                                        {"/context/dtype", "int8"},
                                                        {"/models/0/weights_sha256", "abc"},
                                                        {"/models/0/parameters", -1},
                                                        {"/models/0/parameters", 1.5},
                                                        {result + "/status", "failed"},
                                                        {result + "/status", "fine"},
                                                        {result + "/error", "out of memory"},
                                                        {result + "/throughput", nullptr},
                                                        {metric + "/value", nullptr},
                                                        {metric + "/value", "nan"},
                                                        {metric + "/n", -1}};
  Expectations expectations;
  for (const auto& [place_of_value, value] : wrong) {
    Json changed = report;
    changed[Json::json_pointer(place_of_value)] = value;
    expectations.refused(changed, place_of_value + " " + value.dump());
  }
  Json not_finite = report;
  not_finite[Json::json_pointer(metric + "/value")] = "NaN";
  expectations.accepted(not_finite, "NaN");
  Json incomplete = report;
  incomplete["incomplete"] = true;
  expectations.refused(incomplete, "incomplete without what is missing");
  incomplete["missing"] = Json::array({{{"model", "m"}, {"task", "t"}}});
  expectations.accepted(incomplete, "incomplete");
  incomplete["incomplete"] = false;
  expectations.refused(incomplete, "not incomplete");
  incomplete.erase("incomplete");
  expectations.refused(incomplete, "missing results in a complete report");
  expectations.check();
}

}  // namespace iiet::test
