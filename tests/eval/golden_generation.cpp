#include <string>
#include <vector>

#include "harness/base/files.hpp"
#include "harness/eval/documents.hpp"
#include "harness/eval/results.hpp"
#include "harness/eval/sample_log.hpp"
#include "tests/support/golden_requests.hpp"
#include "tests/support/shared.hpp"

// What lm-evaluation-harness makes of the answers that it recorded: prompts, filtered answers, metrics,
// sample log.
using namespace iiet;

namespace {

DocumentResponses recorded_answers(const Json& golden) {
  DocumentResponses responses;
  for (const Json& sample : golden["samples"])
    responses.push_back({{.text = sample["text"].get<std::string>()}});
  return responses;
}

/// Stop strings as the golden has them: without the end symbol that the reference appends.
std::vector<std::string> stops_of(const Json& golden) {
  return golden["config"]["generation_kwargs"]["until"].get<std::vector<std::string>>();
}

const Json& metric_of(const Json& sample, const TaskResults::MetricResult& m) {
  return sample.contains(m.name()) ? sample[m.name()] : sample[m.metric->name];
}

void check_request(const Json& golden, const Json& sample, const Request& request) {
  const auto& generation = std::get<GenerateUntil>(request);
  CHECK(generation.prompt == sample["ctx"].get<std::string>());
  CHECK(generation.stops == stops_of(golden));
  CHECK(generation.max_new_tokens == 256);
}

void check_results(const Json& golden, const TaskResults& results) {
  for (std::size_t d = 0; d < golden["samples"].size(); ++d) {
    INFO("document " << d);
    const Json& sample = golden["samples"][d];
    CHECK(results.filtered.size() == sample["filtered"].size());
    for (const auto& filtered : results.filtered)
      CHECK((*filtered.responses)[d].front().text == sample["filtered"][filtered.filter].get<std::string>());
    for (const auto& m : results.metrics)
      CHECK(m.of_documents[d].value == metric_of(sample, m).get<double>());
  }
  for (const auto& m : results.metrics) {
    INFO(m.name());
    CHECK(m.estimate.value == golden["results"][m.name()].get<double>());
    REQUIRE(m.estimate.standard_error);
    CHECK(*m.estimate.standard_error == golden["results"]["exact_match_stderr," + m.filter].get<double>());
  }
}

void check_log(const Json& golden, const TaskData& data, const TaskResults& results) {
  std::vector<Json> lines;
  for_each_sample_line(data, results, Json::object(),
                       [&](const std::string& line) { lines.push_back(Json::parse(line)); });
  REQUIRE(lines.size() == data.samples.size() * results.filtered.size());
  for_each_sample_line(data, results, {{"num_beams", 4}}, [&](const std::string& line) {
    CHECK(Json::parse(line)["arguments"]["gen_args_0"]["arg_1"]["num_beams"] == 4);
  });
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Json &line = lines[i], &sample = golden["samples"][i % data.samples.size()];
    const std::string& filter = results.filtered[i / data.samples.size()].filter;
    CHECK(line["filter"] == filter);
    CHECK(line["doc"] == sample["row"]);
    CHECK(line["arguments"]["gen_args_0"]["arg_0"] == sample["ctx"]);
    CHECK(line["arguments"]["gen_args_0"]["arg_1"]["until"] == stops_of(golden));
    CHECK(line["resps"] == Json{{sample["text"]}});
    CHECK(line["filtered_resps"] == Json::array({sample["filtered"][filter]}));
    if (!sample.contains("doc_hash")) continue;
    for (const char* hash : {"doc_hash", "prompt_hash", "target_hash"}) CHECK(line[hash] == sample[hash]);
  }
}

}  // namespace

TEST_CASE("answers that lm_eval recorded are filtered, measured and logged as it does") {
  REQUIRE_SHARED("golden/lm_eval/stories260k/gsm8k_5shot.json");
  struct Run {
    const char *golden, *task;
    std::size_t num_fewshot;
    std::vector<std::string> files;
  };
  const std::vector<Run> runs{
      {"triviaqa", "triviaqa", 0, {"triviaqa/validation.jsonl"}},
      {"gsm8k_0shot", "gsm8k", 0, {"gsm8k/test.jsonl"}},
      {"gsm8k_5shot", "gsm8k", 5, {"gsm8k/test.jsonl", "gsm8k/train.jsonl"}},
      {"gsm8k_cot", "gsm8k_cot", 8, {"gsm8k/test.jsonl"}},
  };
  std::size_t compared = 0;
  for (const char* model : {"stories260k", "smollm2"})
    for (const Run& run : runs) {
      const auto file =
          test::shared_folder() / "golden/lm_eval" / model / (std::string(run.golden) + ".json");
      if (!std::filesystem::exists(file)) continue;
      INFO(file.string());
      const Json golden = read_json(file);
      const test::TemporaryFolder folder;
      test::import_files(run.files, folder.path());
      const Task& task = Registry<Task>::get(run.task);
      const auto responses = recorded_answers(golden);
      const TaskData data = load_task_data(task, {.folder = folder.path(),
                                                  .limit = static_cast<double>(responses.size()),
                                                  .num_fewshot = run.num_fewshot});
      for (std::size_t d = 0; d < data.samples.size(); ++d)
        check_request(golden, golden["samples"][d], requests_of(data.samples[d]).front());
      const TaskResults results = results_of(data, responses, {});
      check_results(golden, results);
      check_log(golden, data, results);
      ++compared;
    }
  CHECK(compared == 7);
}
