// What eval writes: the report, samples files, the format of lm-evaluation-harness; and what a failed model
// leaves.

#include <algorithm>

#include "harness/base/files.hpp"
#include "tests/app/small_model.hpp"

namespace iiet::test {
namespace {

namespace fs = std::filesystem;

struct Place {
  TemporaryFolder folder;
  fs::path model = folder.path() / "m", out = folder.path() / "out", report = out / "r.json";
  Place() { write_model(model); }
  Run eval(const std::string& models, const std::string& tasks, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"--models", models, "--tasks", tasks, "--bootstrap-iters", "100", "--output",
                               report.string()});
    return run_program(more);
  }
};

std::vector<std::string> keys(const Json& object) {
  std::vector<std::string> names;
  for (const auto& [key, value] : object.items()) names.push_back(key);
  return names;
}

bool has_all(const Json& object, const std::vector<std::string>& names) {
  return std::all_of(names.begin(), names.end(), [&](const std::string& n) {
    if (!object.contains(n)) UNSCOPED_INFO("missing: " << n);
    return object.contains(n);
  });
}

std::vector<Json> json_lines(const fs::path& path) {
  std::vector<Json> lines;
  for_each_json_line(path, [&](Json line, std::size_t) { lines.push_back(std::move(line)); });
  return lines;
}

void check_result(const Json& result) {
  REQUIRE(has_all(result, {"model", "task", "status", "error", "metrics", "throughput"}));
  CHECK(result["status"] == "ok");
  CHECK(result["error"].is_null());
  CHECK(!result["metrics"].empty());
  for (const auto& [name, metric] : result["metrics"].items()) {
    INFO(name);
    REQUIRE(has_all(metric, {"value", "stderr", "n", "higher_is_better"}));
    CHECK(metric["value"].is_number());
    CHECK((metric["stderr"].is_number() || metric["stderr"].is_null()));
    CHECK(metric["n"].is_number_integer());
    CHECK(metric["higher_is_better"].is_boolean());
  }
  const Json& speed = result["throughput"];
  REQUIRE(has_all(speed, {"requests", "tokens_fed", "tokens_scored", "wall_s", "tokens_per_s",
                          "requests_per_s", "peak_memory_bytes"}));
  for (const auto& name :
       {"requests", "tokens_fed", "tokens_scored", "wall_s", "tokens_per_s", "peak_memory_bytes"}) {
    INFO(name);
    CHECK(speed[name].get<double>() > 0);
  }
}

/// Of a run with --threads 2 --seed 7.
void check_context(const Json& context) {
  REQUIRE(has_all(context, {"started", "duration_s", "command", "commit", "dirty", "build", "libtorch",
                            "cuda", "cpu", "threads", "seed", "dtype", "device"}));
  CHECK(context["started"].get<std::string>().size() == std::string("2026-11-26T21:05:33Z").size());
  CHECK(context["duration_s"].get<double>() > 0);
  CHECK(context["command"][0] == "iiet-eval");
  CHECK(context["command"].back() == "7");
  CHECK(has_all(context["build"], {"type", "compiler", "flags"}));
  CHECK(has_all(context["cpu"], {"model", "cores"}));
  CHECK(context["threads"] == 2);
  CHECK(context["seed"] == 7);
  CHECK(context["dtype"] == "float32");
  CHECK(context["libtorch"].is_string());
}

void check_model(const Json& model, const fs::path& folder) {
  REQUIRE(has_all(model,
                  {"name", "path", "variant", "iterations", "parameters", "evaluations_per_token",
                   "flops_per_token", "kv_bytes_per_token", "weights_sha256", "tokenizer_sha256", "config"}));
  CHECK(model["name"] == "m");
  CHECK(model["path"] == folder.string());
  CHECK(model["variant"] == "transformer");
  CHECK(model["iterations"] == Json::array());
  std::int64_t parameters = 0;
  for (const StoredValues& w : small_weights()) parameters += static_cast<std::int64_t>(w.bytes.size() / 4);
  CHECK(model["parameters"] == parameters);
  CHECK(model["evaluations_per_token"] == 2);
  CHECK(model["kv_bytes_per_token"] == 2 * 2 * 16 * 4);
  CHECK(model["weights_sha256"] == sha256_of_file(folder / "model.safetensors"));
  CHECK(model["tokenizer_sha256"].get<std::string>().size() == 64);
  CHECK(model["config"]["hidden_size"] == 16);
}

}  // namespace

TEST_CASE("the report has every field of schema 1") {
  const Place place;
  const Run run =
      place.eval(place.model.string(), "copa,lambada_openai,wikitext", {"--threads", "2", "--seed", "7"});
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  const Json report = read_json(place.report);
  CHECK(keys(report) ==
        std::vector<std::string>{"schema", "context", "models", "tasks", "results", "averages"});
  CHECK(report["schema"] == 1);
  check_context(report["context"]);
  REQUIRE(report["models"].size() == 1);
  check_model(report["models"][0], place.model);
  REQUIRE(report["tasks"].size() == 3);
  for (const Json& task : report["tasks"]) {
    REQUIRE(has_all(task, {"name", "version", "num_fewshot", "documents", "limit", "data"}));
    CHECK(task["documents"].get<int>() > 0);
    CHECK(task["limit"].is_null());
    REQUIRE(has_all(task["data"], {"path", "sha256", "sample"}));
    CHECK(task["data"]["sha256"] == sha256_of_file(task["data"]["path"].get<std::string>()));
  }
  REQUIRE(report["results"].size() == 3);
  for (const Json& result : report["results"]) check_result(result);
  CHECK(keys(report["results"][2]["metrics"]) ==
        std::vector<std::string>{"word_perplexity", "byte_perplexity", "bits_per_byte"});
  const double copa = report["results"][0]["metrics"]["acc"]["value"];
  const double lambada = report["results"][1]["metrics"]["acc"]["value"];
  REQUIRE(report["averages"].size() == 1);
  CHECK(report["averages"][0]["model"] == "m");
  CHECK(report["averages"][0]["accuracy"].get<double>() == Approx((copa + lambada) / 2));
  CHECK(report["averages"][0]["tasks"] == Json::array({"copa", "lambada_openai"}));
}

TEST_CASE("sample data and untrained models are marked in the table, the report and on stderr") {
  const Place place;
  const fs::path data = place.folder.path() / "data";
  write_file_atomically(data / "piqa" / "validation.jsonl", piqa_documents(5));
  const Run run = place.eval(place.model.string(), "piqa,copa", {"--data", data.string()});
  INFO(run.err << run.out);
  REQUIRE(run.exit_code == 0);
  CHECK(run.err.find("sample documents") != std::string::npos);
  CHECK(run.err.find("copa") != std::string::npos);
  CHECK(run.err.find("no data for piqa") == std::string::npos);
  CHECK(run.out.find("copa (sample)") != std::string::npos);
  CHECK(run.out.find("piqa (sample)") == std::string::npos);
  CHECK(run.out.find("m (untrained)") != std::string::npos);
  const Json report = read_json(place.report);
  CHECK(report["models"][0]["untrained"] == true);
  CHECK(report["tasks"][0]["data"]["sample"] == false);
  CHECK(report["tasks"][0]["data"]["path"] == (data / "piqa" / "validation.jsonl").string());
  CHECK(report["tasks"][1]["data"]["sample"] == true);
}

TEST_CASE("eval --limit takes the first documents, a fraction is rounded up") {
  const Place place;
  const fs::path data = place.folder.path() / "data";
  write_file_atomically(data / "piqa" / "validation.jsonl", piqa_documents(10));
  for (const auto& [limit, documents] : {std::pair("3", 3), {"0.25", 3}, {"500", 10}}) {
    const Run run = place.eval(place.model.string(), "piqa", {"--data", data.string(), "--limit", limit});
    INFO(limit << run.err);
    REQUIRE(run.exit_code == 0);
    const Json report = read_json(place.report);
    CHECK(report["tasks"][0]["documents"] == documents);
    CHECK(report["tasks"][0]["limit"] == std::stod(limit));
    CHECK(report["tasks"][0]["data"]["documents"] == 10);
    CHECK(report["results"][0]["metrics"]["acc"]["n"] == documents);
    CHECK(report["results"][0]["throughput"]["requests"] == 2 * documents);
  }
}

TEST_CASE("samples files have the fields of lm-evaluation-harness") {
  const Place place;
  const Run run = place.eval(place.model.string(), "piqa,wikitext", {"--log-samples", "--limit", "3"});
  REQUIRE(run.exit_code == 0);
  CHECK(files_below(place.out) == std::vector<std::string>{"r.json", "r/log.txt", "r/samples_m_piqa.jsonl",
                                                           "r/samples_m_wikitext.jsonl", "r/state.jsonl"});
  const auto lines = json_lines(place.out / "r" / "samples_m_piqa.jsonl");
  REQUIRE(lines.size() == 3);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Json& line = lines[i];
    REQUIRE(has_all(line,
                    {"doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "acc", "acc_norm"}));
    CHECK(line["doc_id"] == i);
    CHECK(line["doc"]["goal"].is_string());
    CHECK(line["arguments"]["gen_args_1"]["arg_1"].get<std::string>().starts_with(" "));
    CHECK(line["resps"].size() == 2);
    CHECK(line["filtered_resps"].size() == 2);
    CHECK(std::stod(line["filtered_resps"][0][0].get<std::string>()) < 0);
    CHECK((line["acc"] == 0.0 || line["acc"] == 1.0));
  }
  const auto pages = json_lines(place.out / "r" / "samples_m_wikitext.jsonl");
  REQUIRE(pages.size() == 3);
  CHECK(pages[0]["word_perplexity"].size() == 2);  // log-probability and words
}

TEST_CASE("eval --format lm-eval writes one result file a model") {
  const Place place;
  fs::copy(place.model, place.folder.path() / "n", fs::copy_options::recursive);
  fs::copy(place.model, place.folder.path() / "bad", fs::copy_options::recursive);
  write_file_atomically(place.folder.path() / "bad" / "model.safetensors", "");
  const std::string both = place.model.string() + "," + (place.folder.path() / "n").string();
  const Run run = place.eval(both + "," + (place.folder.path() / "bad").string(), "copa,wikitext",
                             {"--format", "lm-eval", "--limit", "4"});
  INFO(run.err);
  CHECK(run.exit_code == 1);
  REQUIRE(files_below(place.out) ==
          std::vector<std::string>{"r/log.txt", "r/state.jsonl", "r_m.json", "r_n.json"});
  const Json result = read_json(place.out / "r_n.json");
  REQUIRE(has_all(result, {"results", "group_subtasks", "configs", "versions", "n-shot", "higher_is_better",
                           "n-samples", "config", "git_hash", "model_name"}));
  CHECK(result["results"]["copa"]["acc,none"].is_number());
  CHECK(result["results"]["copa"]["acc_stderr,none"].is_number());
  CHECK(result["results"]["copa"]["alias"] == "copa");
  CHECK(result["results"]["wikitext"]["word_perplexity,none"].is_number());
  CHECK(result["n-samples"]["copa"]["effective"] == 4);
  CHECK(result["n-samples"]["copa"]["original"].get<int>() > 4);
  CHECK(result["n-shot"]["copa"] == 0);
  CHECK(result["versions"]["copa"].is_number());
  CHECK(result["higher_is_better"]["wikitext"]["word_perplexity"] == false);
  CHECK(result["config"]["limit"] == 4.0);
}

TEST_CASE("overrides of config fields are visible in name, configuration and notes") {
  const Place place;
  const std::string name = place.model.string();
  const Run run =
      place.eval(name + "," + name + ":rope_theta=500," + name + ":model_type=iiet-plain:iterations=[0,2]",
                 "copa", {"--limit", "2"});
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  const Json report = read_json(place.report);
  REQUIRE(report["models"].size() == 3);
  CHECK(report["models"][0]["name"] == "m");
  CHECK(report["models"][0]["config"]["rope_theta"] == 10000.0);
  CHECK(report["models"][1]["name"] == "m:rope_theta=500");
  CHECK(report["models"][1]["config"]["rope_theta"] == 500.0);
  CHECK(report["models"][1]["notes"].dump().find("rope_theta=500") != std::string::npos);
  CHECK(report["models"][2]["variant"] == "iiet-plain");
  CHECK(report["models"][2]["iterations"] == Json::array({0, 2}));
  CHECK(report["models"][2]["evaluations_per_token"] == 4);
  CHECK(run.out.find("m:rope_theta=500 (untrained)") != std::string::npos);
  check_refused(place.eval(name + "," + name, "copa"), 2, {"named twice"});
}

TEST_CASE("a bad model among several fails alone") {
  const Place place;
  const fs::path bad = place.folder.path() / "bad", none = place.folder.path() / "none";
  write_model(bad, small_config(), "short");
  write_model(none);
  fs::remove(none / "merges.txt");
  const Run run = place.eval(bad.string() + "," + place.model.string() + "," + none.string(), "copa,piqa",
                             {"--limit", "2", "--confirm-sample-data"});
  INFO(run.err << run.out);
  CHECK(run.exit_code == 1);
  const Json report = read_json(place.report);
  REQUIRE(report["models"].size() == 3);
  REQUIRE(report["results"].size() == 6);
  for (const Json& result : report["results"]) {
    INFO(result.dump());
    if (result["model"] == "m") {
      check_result(result);
      continue;
    }
    CHECK(result["status"] == "failed");
    CHECK(result["metrics"] == Json::object());
    CHECK(result["throughput"].is_null());
    const std::string reason = result["model"] == "bad" ? "8 bytes" : "no tokenizer";
    CHECK(result["error"].get<std::string>().find(reason) != std::string::npos);
  }
  CHECK(report["averages"].size() == 1);
  CHECK(run.out.find("failed") != std::string::npos);
  std::size_t complaints = 0;
  for (const std::string_view line : lines_of(run.err))
    complaints += line.starts_with("iiet-eval: failed: ") ? 1 : 0;
  CHECK(complaints == 2);
  check_refused(place.eval(bad.string(), "copa", {"--confirm-sample-data"}), 2, {"8 bytes"});
  check_refused(place.eval(none.string(), "copa", {"--confirm-sample-data"}), 2, {"no tokenizer"});
}

TEST_CASE("a task that fails is in the report, the others are kept") {
  const Place place;
  const fs::path data = place.folder.path() / "data";
  const Json document = {{"goal", "g"}, {"sol1", std::string(600, 'x')}, {"sol2", "b"}, {"label", 0}};
  write_file_atomically(data / "piqa" / "validation.jsonl", piqa_documents(1) + document.dump() + "\n");
  const Run run = place.eval(place.model.string(), "piqa,copa", {"--data", data.string()});
  INFO(run.err);
  CHECK(run.exit_code == 1);
  const Json report = read_json(place.report);
  CHECK(report["results"][0]["status"] == "failed");
  const std::string error = report["results"][0]["error"];
  for (const char* part : {"task piqa", "document 1", "601 tokens", "512"})
    CHECK(error.find(part) != std::string::npos);
  check_result(report["results"][1]);
  CHECK(place.eval(place.model.string(), "piqa", {"--data", data.string(), "--truncate-continuations"})
            .exit_code == 0);
}

TEST_CASE("names that are not UTF-8 do not cost the report") {
  const Place place;
  const fs::path odd = place.folder.path() / "m\xff";
  fs::rename(place.model, odd);
  const Run run = place.eval(odd.string(), "copa", {"--limit", "1"});
  INFO(run.err);
  CHECK(run.exit_code == 0);
  CHECK(read_json(place.report)["results"].size() == 1);
}

}  // namespace iiet::test
