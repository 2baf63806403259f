#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>
#include <string>

#include "harness/base/files.hpp"
#include "harness/base/unicode.hpp"
#include "harness/eval/documents.hpp"
#include "harness/eval/results.hpp"
#include "tests/support/shared.hpp"

using namespace iiet;
namespace fs = std::filesystem;

namespace {

/// The file that an entry of this name is looked for in.
std::string stem_of(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

std::set<std::string> stems_in(const fs::path& folder, const std::string& extension) {
  std::set<std::string> stems;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == extension) stems.insert(entry.path().stem().string());
  return stems;
}

TaskData samples_of(const Task& task) { return load_task_data(task, {}); }

void check_request(const Request& request) {
  if (const auto* pair = std::get_if<Loglikelihood>(&request)) {
    CHECK_FALSE(strip(pair->context).empty());
    CHECK_FALSE(strip(pair->continuation).empty());
  } else if (const auto* generation = std::get_if<GenerateUntil>(&request)) {
    CHECK_FALSE(strip(generation->prompt).empty());
    CHECK(generation->max_new_tokens > 0);
    for (const std::string& stop : generation->stops) CHECK_FALSE(stop.empty());
  } else {
    CHECK_FALSE(strip(std::get<RollingLoglikelihood>(request).text).empty());
  }
}

void check_sample(const Sample& sample) {
  if (const auto* choice = std::get_if<Choice>(&sample)) {
    CHECK(choice->options.size() >= 2);
    CHECK(choice->gold < choice->options.size());
  }
  if (const auto* passage = std::get_if<Passage>(&sample)) {
    CHECK(passage->words > 0);
    CHECK(passage->bytes >= passage->words - 1);
  }
  if (const auto* generation = std::get_if<Generation>(&sample)) {
    CHECK_FALSE(generation->references.empty());
    for (const std::string& reference : generation->references) CHECK_FALSE(strip(reference).empty());
    // The right answer would not be cut off at its beginning.
    for (const std::string& stop : generation->stops)
      CHECK(generation->references.front().substr(0, stop.size()) != stop);
  }
  for (const Request& request : requests_of(sample)) check_request(request);
}

/// A text that is near enough to a reference for every metric to be above 0.
std::string made_up_text(const Sample& sample, std::size_t document) {
  const auto* generation = std::get_if<Generation>(&sample);
  if (!generation) return "";
  return document % 3 == 0 ? generation->references.back() : "So " + generation->references.front();
}

/// An answer to every request: log-likelihoods that differ from one another, texts near the references.
std::vector<Response> made_up_responses(const Sample& sample, std::size_t document) {
  std::vector<Response> responses;
  for (std::size_t i = 0; i < requests_of(sample).size(); ++i)
    responses.push_back({.loglikelihood = -3 - 2 * std::sin(static_cast<double>(7 * document + 3 * i)),
                         .is_greedy = (document + i) % 3 == 0,
                         .tokens = 2,
                         .text = made_up_text(sample, document)});
  return responses;
}

}  // namespace

TEST_CASE("every file in tasks/ registers the task or group that it is named after") {
  std::set<std::string> registered;
  for (const std::string& name : Registry<Task>::names()) registered.insert(stem_of(name));
  for (const std::string& name : Registry<TaskGroup>::names()) registered.insert(stem_of(name));
  for (const std::string& file : stems_in(project_root() / "tasks", ".cpp")) {
    INFO(file);
    CHECK(registered.contains(file));
  }
}

TEST_CASE("every task stands in the file of its name, or with its whole family in that of their group") {
  const auto files = stems_in(project_root() / "tasks", ".cpp");
  for (const TaskGroup& group : Registry<TaskGroup>::all()) CHECK(files.contains(stem_of(group.name)));
  for (const Task& task : Registry<Task>::all()) {
    INFO(task.name);
    const auto& groups = Registry<TaskGroup>::all();
    const bool in_family = std::any_of(groups.begin(), groups.end(), [&](const TaskGroup& group) {
      const auto& names = group.tasks;
      return std::find(names.begin(), names.end(), task.name) != names.end() &&
             std::none_of(names.begin(), names.end(),
                          [&](const std::string& name) { return files.contains(stem_of(name)); });
    });
    CHECK(files.contains(stem_of(task.name)) != in_family);
  }
}

TEST_CASE("every file in harness/metric/metrics registers the metric it is named after") {
  const auto names = Registry<Metric>::names();
  CHECK(std::set<std::string>(names.begin(), names.end()) ==
        stems_in(project_root() / "harness/metric/metrics", ".cpp"));
}

TEST_CASE("every data set has sample documents, and no sample file is without a task") {
  std::set<std::string> files;
  for (const Task& task : Registry<Task>::all()) files.insert(sample_file(task).stem().string());
  CHECK(files == stems_in(project_root() / "tasks/samples", ".jsonl"));
}

TEST_CASE("every task turns its sample documents into sane requests") {
  for (const Task& task : Registry<Task>::all()) {
    INFO(task.name);
    const TaskData data = samples_of(task);
    CHECK(data.is_sample_data);
    CHECK(data.samples.size() >= (task.name == "wikitext" ? 3 : 12));
    std::set<std::size_t> golds;
    for (std::size_t i = 0; i < data.samples.size(); ++i) {
      INFO("document " << i);
      check_sample(data.samples[i]);
      CHECK_FALSE(target_of(task, data.documents[i], data.samples[i]).empty());
      if (const auto* choice = std::get_if<Choice>(&data.samples[i])) golds.insert(choice->gold);
    }
    // A model that always takes the same place must not look good. SciQ's right answer is always the last.
    if (std::holds_alternative<Choice>(data.samples[0]) && task.name != "sciq") CHECK(golds.size() >= 2);
  }
}

TEST_CASE("sample documents are all different") {
  for (const Task& task : Registry<Task>::all()) {
    INFO(task.name);
    std::set<std::string> seen;
    for (const Json& document : samples_of(task).documents) CHECK(seen.insert(document.dump()).second);
  }
}

TEST_CASE("every task describes itself and names known metrics") {
  for (const Task& task : Registry<Task>::all()) {
    INFO(task.name);
    CHECK_FALSE(task.about.empty());
    CHECK_FALSE(task.version.empty());
    CHECK_FALSE(task.data.folder.empty());
    CHECK_FALSE(evaluated_split(task).empty());
    CHECK_FALSE(task.metrics.empty());
    for (const std::string& metric : task.metrics) CHECK(Registry<Metric>::find(metric));
    const auto results = result_names(task);
    const bool known = std::find(results.begin(), results.end(), task.accuracy) != results.end();
    CHECK((task.accuracy.empty() || known));
    for (const Filter& filter : task.filters) CHECK_NOTHROW(compiled(filter));
    CHECK((task.examples.empty() || task.num_fewshot <= task.examples.size()));
  }
}

TEST_CASE("every group names known tasks, each once") {
  for (const TaskGroup& group : Registry<TaskGroup>::all()) {
    INFO(group.name);
    CHECK(std::set<std::string>(group.tasks.begin(), group.tasks.end()).size() == group.tasks.size());
    for (const std::string& task : group.tasks) CHECK(Registry<Task>::find(task));
    CHECK_FALSE(Registry<Task>::find(group.name));
  }
}

TEST_CASE("every metric of every task is finite, counts documents and does not mind their order") {
  for (const Task& task : Registry<Task>::all()) {
    const TaskData data = samples_of(task);
    DocumentResponses responses;
    for (std::size_t i = 0; i < data.samples.size(); ++i)
      responses.push_back(made_up_responses(data.samples[i], i));
    for (auto& result : results_of(data, responses, {.iterations = 100}).metrics) {
      INFO(task.name << " " << result.name());
      CHECK(std::isfinite(result.estimate.value));
      CHECK(result.estimate.n == data.samples.size());
      if (result.estimate.standard_error) CHECK(std::isfinite(*result.estimate.standard_error));
      std::reverse(result.of_documents.begin(), result.of_documents.end());
      CHECK(estimate(*result.metric, result.of_documents, {.iterations = 100}).value ==
            Approx(result.estimate.value).epsilon(1e-12));
    }
  }
}

TEST_CASE("a document without a field, or with one of another type, is refused by the field's name") {
  for (const Task& task : Registry<Task>::all()) {
    const Json good = samples_of(task).documents.front();
    std::size_t needed = 0;
    for (const auto& [name, value] : good.items()) {
      INFO(task.name << " " << name);
      Json without = good, other = good;
      without.erase(name);
      other[name] = nullptr;
      for (const Json& document : {without, other}) {
        try {
          task.sample(document);
        } catch (const InputError& error) {
          ++needed;
          CHECK_THAT(error.what(), Catch::Contains("'" + name + "'"));
        }
      }
    }
    INFO(task.name);
    CHECK(needed >= 2);
  }
}
