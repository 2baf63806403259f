#include "tests/support/golden_requests.hpp"

#include <map>
#include <string>
#include <vector>

#include "harness/base/files.hpp"
#include "harness/eval/documents.hpp"
#include "harness/eval/import.hpp"
#include "harness/eval/request.hpp"
#include "tests/support/shared.hpp"

using namespace iiet;

namespace {

std::string quoted(const std::string& text) { return Json(text).dump(-1, ' ', true); }

/// One request as Python's json.dumps writes it.
std::string canonical(const Request& request) {
  if (const auto* pair = std::get_if<Loglikelihood>(&request))
    return "[" + quoted(pair->context) + ", " + quoted(pair->continuation) + "]";
  if (const auto* generation = std::get_if<GenerateUntil>(&request))
    return "[" + quoted(generation->prompt) + "]";
  return "[" + quoted(std::get<RollingLoglikelihood>(request).text) + "]";
}

std::string hash_of(const std::vector<Sample>& samples) {
  std::string list = "[";
  for (const Sample& sample : samples)
    for (const Request& request : requests_of(sample))
      list += (list.size() > 1 ? ", " : "") + canonical(request);
  return sha256(list + "]");
}

/// The hash that is logged for a document.
std::string document_hash(const Json& document) { return sha256(document.dump(2)); }

std::string first_prompt(const Sample& sample) {
  const Request request = requests_of(sample).front();
  if (const auto* pair = std::get_if<Loglikelihood>(&request)) return pair->context;
  if (const auto* generation = std::get_if<GenerateUntil>(&request)) return generation->prompt;
  return std::get<RollingLoglikelihood>(request).text;
}

struct ImportedData : test::TemporaryFolder {
  ImportedData() {
    test::import_files({"triviaqa/validation.jsonl"}, path());
    for (const ImportRule& rule : import_rules()) import_split(rule, test::shared_folder() / "data", path());
  }
};

}  // namespace

TEST_CASE("requests of whole data sets hash to lm_eval's") {
  REQUIRE_SHARED("golden/lm_eval/requests.json");
  const Json golden = read_json(test::shared_folder() / "golden/lm_eval/requests.json");
  std::size_t compared = 0;
  for (const auto& [name, entry] : golden.items()) {
    const Task* task = Registry<Task>::find(entry["task"].get<std::string>());
    // Data of other sets under our tasks' names is not imported.
    if (!task || name == "qasc_arcform") continue;
    INFO(name);
    const test::TemporaryFolder folder;
    std::vector<std::string> files;
    for (const auto& [file, source] : entry["files"].items()) files.push_back(file);
    test::import_files(files, folder.path());
    const auto data = load_task_data(
        *task, {.folder = folder.path(), .num_fewshot = entry["num_fewshot"].get<std::size_t>()});
    CHECK_FALSE(data.is_sample_data);
    CHECK(data.samples.size() == entry["docs"].get<std::size_t>());
    CHECK(hash_of(data.samples) == entry["sha256"].get<std::string>());
    CHECK(std::stod(task->version) == entry["version"].get<double>());
    ++compared;
  }
  CHECK(compared == 21);  // thirteen tasks without, eight entries with examples
}

TEST_CASE("documents, prompts and targets hash to what lm_eval logs") {
  REQUIRE_SHARED("golden/lm_eval/stories260k");
  const ImportedData folder;
  std::size_t compared = 0;
  for (const Task& task : Registry<Task>::all()) {
    INFO(task.name);
    const auto file = test::shared_folder() / "golden/lm_eval/stories260k" / (task.name + ".json");
    if (!std::filesystem::exists(file)) continue;
    ++compared;
    const auto golden = read_json(file);
    const auto data = load_task_data(task, {.folder = folder.path(), .limit = 3});
    for (std::size_t i = 0; i < 3; ++i) {
      INFO("document " << i);
      const Json& sample = golden["samples"][i];
      CHECK(document_hash(data.documents[i]) == sample["doc_hash"].get<std::string>());
      CHECK(sha256(first_prompt(data.samples[i])) == sample["prompt_hash"].get<std::string>());
      CHECK(sha256(target_of(task, data.documents[i], data.samples[i])) ==
            sample["target_hash"].get<std::string>());
    }
  }
  CHECK(compared == 13);
}

TEST_CASE("words and bytes of WikiText are those of the original pages") {
  REQUIRE_SHARED("data/wikitext2");
  const test::TemporaryFolder folder;
  test::import_files({"wikitext/test.jsonl"}, folder.path());
  const auto data = load_task_data(Registry<Task>::get("wikitext"), {.folder = folder.path()});
  std::size_t words = 0, bytes = 0, scored = 0;
  for (const Sample& sample : data.samples) {
    const auto& passage = std::get<Passage>(sample);
    words += passage.words;
    bytes += passage.bytes;
    scored += passage.text.size();
  }
  CHECK(words == 241335);
  CHECK(bytes == 1290527);
  CHECK(scored == 1240466);
}
