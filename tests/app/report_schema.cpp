// results/report.schema.json against reports that eval wrote: it accepts them all, and nothing that a reader
// would stumble over.

#include <fstream>

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "harness/base/files.hpp"
#include "tests/app/small_model.hpp"

namespace iiet::test {
namespace {

namespace fs = std::filesystem;
using PlainJson = nlohmann::json;  // what valijson has an adapter for

class ReportSchema {
 public:
  ReportSchema() {
    const PlainJson json = PlainJson::parse(read_file(project_root() / "results" / "report.schema.json"));
    valijson::SchemaParser(valijson::SchemaParser::kDraft7)
        .populateSchema(valijson::adapters::NlohmannJsonAdapter(json), schema_);
  }

  /// What the schema finds wrong in a report: places and reasons; empty where it is one.
  std::string faults(const std::string& report) const {
    const PlainJson json = PlainJson::parse(report);
    valijson::Validator validator(valijson::Validator::kStrongTypes);
    valijson::ValidationResults results;
    validator.validate(schema_, valijson::adapters::NlohmannJsonAdapter(json), &results);
    std::string faults;
    for (valijson::ValidationResults::Error error; results.popError(error);) {
      for (const std::string& part : error.context) faults += part;
      faults += ": " + error.description + "\n";
    }
    return faults;
  }

 private:
  valijson::Schema schema_;
};

/// Reports of every kind: two models, one of which cannot be loaded; tasks of choices, of texts and of
/// answers; a task that fails.
struct Place {
  TemporaryFolder folder;
  fs::path report = folder.path() / "r.json";
  ReportSchema schema;

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
void check_every_field(const ReportSchema& schema, const Json& report, Json::json_pointer place) {
  const Json& here = report.at(place);
  if (here.is_array()) {
    for (std::size_t i = 0; i < here.size(); ++i) check_every_field(schema, report, place / i);
    return;
  }
  if (!here.is_object()) return;
  const std::string path = place.to_string();
  if (path.ends_with("/config") || path.ends_with("/metrics")) return;  // any fields
  for (const auto& [name, value] : here.items()) {
    INFO(path << " " << name);
    Json without = report, other = report;
    without[place].erase(name);
    CHECK(schema.faults(without.dump()) != "");
    other[place][name] = Json::array({Json::object()});
    CHECK(schema.faults(other.dump()) != "");
    check_every_field(schema, report, place / name);
  }
  if (path.starts_with("/context")) return;  // may grow
  INFO(path);
  Json more = report;
  more[place]["surplus"] = 1;
  CHECK(schema.faults(more.dump()) != "");
}

}  // namespace

TEST_CASE("schema: a report with results of every kind, failures among them") {
  const Place place;
  const std::string text = read_file(place.report);
  CHECK(place.schema.faults(text) == "");
  const Json report = parse_json(text, "report");
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
  REQUIRE(place.schema.faults(report.dump()) == "");
  check_every_field(place.schema, report, Json::json_pointer());
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
  for (const auto& [place_of_value, value] : wrong) {
    INFO(place_of_value << " " << value);
    Json changed = report;
    changed[Json::json_pointer(place_of_value)] = value;
    CHECK(place.schema.faults(changed.dump()) != "");
  }
  Json not_finite = report;
  not_finite[Json::json_pointer(metric + "/value")] = "NaN";
  CHECK(place.schema.faults(not_finite.dump()) == "");
}

}  // namespace iiet::test
