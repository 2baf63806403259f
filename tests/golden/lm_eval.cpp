// Requests, log-likelihoods and metrics of the sample documents against lm-evaluation-harness, with the
// models that come with the program.

#include <cmath>
#include <map>

#include "tests/golden/golden.hpp"

namespace iiet::test {
namespace {

namespace fs = std::filesystem;

constexpr double kTolerance = 1e-4;

/// All requests of a task's sample documents, as `show` writes them.
std::vector<Json> requests_of_task(const std::string& task, std::size_t num_fewshot) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "requests.jsonl";
  const Run run = run_program({"show", task, "--num-fewshot", std::to_string(num_fewshot), "--data",
                               (project_root() / "tasks" / "samples").string(), "--requests", file.string()});
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  std::vector<Json> requests;
  for_each_json_line(file, [&](Json line, std::size_t) { requests.push_back(std::move(line)); });
  return requests;
}

std::string quoted(const Json& text) { return text.dump(-1, ' ', true); }

/// The list of requests as Python's json.dumps writes it.
std::string canonical(const std::vector<Json>& requests) {
  std::string list = "[";
  for (const Json& request : requests) {
    if (list.size() > 1) list += ", ";
    if (request.contains("context"))
      list += "[" + quoted(request["context"]) + ", " + quoted(request["continuation"]) + "]";
    else
      list += "[" + quoted(request.contains("prompt") ? request["prompt"] : request["text"]) + "]";
  }
  return list + "]";
}

/// The entries of one model.
std::vector<Json> entries_of(const Json& list, const std::string& model) {
  std::vector<Json> entries;
  for (const Json& entry : list)
    if (entry["model"] == model) entries.push_back(entry);
  return entries;
}

void check_answers(const std::string& model, const Json& golden) {
  std::vector<Json> requests, expected;
  for (const Json& entry : entries_of(golden, model)) {
    for (Json& request : requests_of_task(entry["task"], 0)) requests.push_back(std::move(request));
    for (const Json& document : entry["answers"])
      for (const Json& answer : document) expected.push_back(answer);
  }
  REQUIRE(requests.size() == expected.size());
  REQUIRE(requests.size() > 300);
  const auto found = answers_of({"score", "--threads", "1", "--model", model}, as_json_lines(requests));
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    INFO(model << " " << requests[i].dump());
    const double ll = expected[i][0].get<double>();
    CHECK(found[i]["loglikelihood"].get<double>() ==
          Approx(ll).margin(kTolerance * std::max(1.0, std::abs(ll))).epsilon(0));
    if (found[i].contains("is_greedy")) CHECK(found[i]["is_greedy"].get<bool>() == (expected[i][1] == 1));
  }
}

void check_metrics(const Json& found, const Json& expected) {
  for (const auto& [name, value] : expected.items()) {
    INFO(name);
    const bool is_error = name.ends_with("_stderr");
    const std::string metric = is_error ? name.substr(0, name.size() - 7) : name;
    const double there = found[metric][is_error ? "stderr" : "value"].get<double>();
    if (metric.starts_with("acc"))
      CHECK(there == Approx(value.get<double>()).epsilon(1e-12));
    else if (is_error)  // a bootstrap of values that differ by the tolerance
      CHECK(there == Approx(value.get<double>()).epsilon(1e-3));
    else
      CHECK(std::log(there) == Approx(std::log(value.get<double>())).epsilon(kTolerance));
  }
}

const std::vector<std::string> kModels{"transformer", "pcformer", "iiet", "e-iiet"};

}  // namespace

TEST_CASE("own golden: requests of the sample documents hash to lm_eval's") {
  const Json golden = own_golden("requests.json");
  REQUIRE(golden["tasks"].size() == 22);
  for (const Json& entry : golden["tasks"]) {
    INFO(entry.dump());
    const auto requests = requests_of_task(entry["task"], entry["num_fewshot"]);
    CHECK(requests.size() == entry["requests"].get<std::size_t>());
    CHECK(sha256(canonical(requests)) == entry["sha256"].get<std::string>());
  }
}

TEST_CASE("own golden: log-likelihoods and greedy flags of the sample documents are lm_eval's") {
  const Json golden = own_golden("lm_eval.json");
  for (const std::string& model : kModels) check_answers(model, golden["results"]);
}

TEST_CASE("own golden: metrics and standard errors of the sample documents are lm_eval's") {
  const Json golden = own_golden("lm_eval.json");
  const TemporaryFolder folder;
  const fs::path report = folder.path() / "r.json";
  std::string tasks, models;
  for (const Json& entry : entries_of(golden["results"], "transformer"))
    tasks += (tasks.empty() ? "" : ",") + entry["task"].get<std::string>();
  for (const std::string& model : kModels) models += (models.empty() ? "" : ",") + model;
  const Run run = run_program({"eval", "--threads", "1", "--models", models, "--tasks", tasks, "--data",
                               (project_root() / "tasks" / "samples").string(), "--confirm-sample-data",
                               "--bootstrap-iters", "1000", "--output", report.string()});
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  std::map<std::pair<std::string, std::string>, Json> found;
  const Json results = read_json(report)["results"];
  for (const Json& result : results) found[{result["model"], result["task"]}] = result["metrics"];
  REQUIRE(found.size() == golden["results"].size());
  for (const Json& entry : golden["results"]) {
    INFO(entry["model"] << " " << entry["task"]);
    check_metrics(found.at({entry["model"], entry["task"]}), entry["metrics"]);
  }
}

TEST_CASE("own golden: greedy continuations of the models that come with the program") {
  const Json golden = own_golden("generation.json");
  for (const std::string& model : kModels) {
    std::vector<Json> prompts;
    const auto expected = entries_of(golden["continuations"], model);
    REQUIRE(expected.size() == 8);
    for (const Json& entry : expected) prompts.push_back({{"prompt", entry["prompt"]}});
    const auto found = answers_of({"generate", "--json", "--threads", "1", "--max-new-tokens",
                                   std::to_string(golden["new_tokens"].get<int>()), "--model", model},
                                  as_json_lines(prompts));
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      INFO(model << ", prompt " << i);
      auto ids = found[i]["ids"].get<std::vector<int>>();
      const auto clear = expected[i]["ids"].get<std::vector<int>>();
      REQUIRE(ids.size() >= clear.size());
      ids.resize(clear.size());
      CHECK(ids == clear);
    }
  }
}

}  // namespace iiet::test
