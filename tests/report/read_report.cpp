#include "harness/report/read_report.hpp"

#include <cmath>
#include <functional>

#include <catch2/catch.hpp>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "tests/support/report.hpp"
#include "tests/support/shared.hpp"

namespace iiet::test {
namespace {

/// What reading says of `report` after `change`; "" where it is read.
std::string refusal(const std::function<void(Json&)>& change) {
  Json json = to_json(small_report());
  change(json);
  try {
    report_from_json(json, "r.json");
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

std::string refusal_of_text(const std::string& text) { return test::refusal_of_file(text, read_report); }

}  // namespace

TEST_CASE("a report is read back as it was written") {
  Report report = small_report();
  report.results[0].metrics.push_back({"exact_match,strict-match", 1.0 / 3, 0.1, 3, true});
  report.tasks[0].limit = 0.25;
  report.models[0].notes = {"a note"};
  report.models[0].config = {{"hidden_size", 64}};
  const Json json = to_json(report);
  CHECK(to_json(report_from_json(json, "r.json")) == json);
  const TemporaryFolder folder;
  write_file_atomically(folder.path() / "r.json", json.dump(2));
  const Report read = read_report(folder.path() / "r.json");
  CHECK(to_json(read) == json);
  CHECK(read.results[0].metrics[1].value == 1.0 / 3);
  CHECK(read.find("b/c", "wikitext")->error == "out of memory");
}

TEST_CASE("a report with a field too few, too many or of another type is refused by its place") {
  CHECK(refusal([](Json&) {}).empty());
  CHECK(refusal([](Json& r) { r.erase("schema"); }) ==
        "r.json: schema: is missing; this is no report of iiet-eval");
  CHECK(refusal([](Json& r) { r["schema"] = 2; }) == "r.json: schema: this program reads 1, got 2");
  CHECK(refusal([](Json& r) { r["models"][1].erase("variant"); }) == "r.json: models[1].variant: is missing");
  CHECK(refusal([](Json& r) {
          r["tasks"][0]["data"]["sampel"] = true;
        }).starts_with("r.json: tasks[0].data: unknown field 'sampel'; did you mean 'sample'?"));
  CHECK(refusal([](Json& r) { r["extra"] = 1; }).starts_with("r.json: unknown field 'extra'"));
  CHECK(refusal([](Json& r) { r["models"][0]["iterations"][1] = "x"; }) ==
        "r.json: models[0].iterations[1]: expected an integer, got \"x\"");
  CHECK(refusal([](Json& r) { r["results"][0]["metrics"]["acc"]["n"] = -1; }) ==
        "r.json: results[0].metrics.acc.n: expected a count, got -1");
  CHECK(refusal([](Json& r) { r["results"] = 3; }) == "r.json: results: expected a list, got 3");
  CHECK(refusal([](Json& r) {
          r["context"]["started"] = "yesterday";
        }).starts_with("r.json: context.started: "));
  CHECK(refusal([](Json& r) { r = Json::array(); }) == "r.json: expected an object, got []");
}

TEST_CASE("a report that contradicts itself is refused") {
  CHECK(refusal([](Json& r) { r["results"][0]["model"] = "z"; }) ==
        "r.json: results: 'z' is none of the models");
  CHECK(refusal([](Json& r) { r["results"][0]["task"] = "z"; }) ==
        "r.json: results: 'z' is none of the tasks");
  CHECK(refusal([](Json& r) { r["results"].push_back(r["results"][0]); }) ==
        "r.json: results: a on copa is there twice");
  CHECK(refusal([](Json& r) { r["models"].push_back(r["models"][0]); }) ==
        "r.json: models: 'a' is there twice");
  CHECK(refusal([](Json& r) { r["results"][0]["error"] = "x"; }).starts_with("r.json: results[0].error: "));
  CHECK(refusal([](Json& r) {
          r["results"][0]["status"] = "fine";
        }).starts_with("r.json: results[0].status: "));
  CHECK(refusal([](Json& r) { r["averages"][0]["model"] = "z"; }).starts_with("r.json: averages: 'z'"));
}

TEST_CASE("metrics that are not finite are read, other numbers, and bare NaN, are refused") {
  for (const double odd : {std::nan(""), double{INFINITY}, -double{INFINITY}}) {
    Report report = small_report();
    report.results[0].metrics[0].value = odd;
    report.results[0].metrics[0].standard_error = odd;
    report.averages = averages_of(report);
    const Json json = to_json(report);
    const Report read = report_from_json(json, "r.json");
    CHECK(to_json(read) == json);
    CHECK(std::isnan(read.results[0].metrics[0].value) == std::isnan(odd));
    CHECK(!std::isfinite(*read.results[0].metrics[0].standard_error));
    CHECK(!std::isfinite(read.averages[0].accuracy));
  }
  CHECK(refusal([](Json& r) { r["results"][0]["metrics"]["acc"]["value"] = "inf"; }) ==
        "r.json: results[0].metrics.acc.value: expected a number, got \"inf\"");
  for (const char* bad : {"NaN", "Infinity", "-Infinity"}) {
    CHECK(refusal([&](Json& r) { r["results"][0]["throughput"]["wall_s"] = bad; }) ==
          std::string("r.json: results[0].throughput.wall_s: expected a finite number, got \"") + bad + "\"");
    CHECK(refusal_of_text(std::string("{\n\"NaN\": \"a \\\" NaN\",\n\"b\": [") + bad + "]}") ==
          std::string("line 3: ") + bad + " is not a finite number");
  }
  Report report = small_report();
  report.models[0].notes = {"NaN is a fine word"};
  CHECK(refusal([&](Json& r) { r = to_json(report); }).empty());
}

TEST_CASE("the schema lists the fields of every row, as they are written") {
  const Json schema = read_json(project_root() / "results" / "report.schema.json")["$defs"];
  const Json report = to_json(small_report());
  const auto names = [](const Json& object) {
    std::vector<std::string> keys;
    for (const auto& [name, value] : object.items()) keys.push_back(name);
    return keys;
  };
  const auto check = [&](const char* kind, const Json& written, const Json& listed) {
    INFO(kind);
    CHECK(listed["required"] == names(written));
    CHECK(names(listed["properties"]) == names(written));
  };
  Report with_cache = small_report();
  with_cache.results[0].cached_requests = 1;
  Json listed_result = schema["result"];
  CHECK(names(listed_result["properties"]) == names(to_json(with_cache)["results"][0]));
  listed_result["properties"].erase("cached_requests");
  const Json& result = report["results"][0];
  check("model", report["models"][0], schema["model"]);
  check("task", report["tasks"][0], schema["task"]);
  check("data", report["tasks"][0]["data"], schema["task"]["properties"]["data"]);
  check("result", result, listed_result);
  check("metric", result["metrics"]["acc"], schema["metric"]);
  check("throughput", result["throughput"], schema["throughput"]);
  check("latency", result["throughput"]["pass_latency_ms"],
        schema["throughput"]["properties"]["pass_latency_ms"]);
  check("average", report["averages"][0], schema["average"]);
}

TEST_CASE("a file that is no JSON is refused by line and column") {
  CHECK(refusal_of_text("{\n\"schema\": 1,\n}").starts_with("not valid JSON at line 3, column "));
  CHECK(refusal_of_text("").starts_with("not valid JSON at "));
  CHECK(refusal_of_text("{\"results\": {}, \"configs\": {}}") ==
        "schema: is missing; this is no report of iiet-eval");
  CHECK_THROWS_WITH(read_report("/no/such.json"), Catch::Contains("/no/such.json: cannot be read"));
}

}  // namespace iiet::test
