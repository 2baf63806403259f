#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>
#include <string>

#include "harness/base/files.hpp"
#include "harness/base/unicode.hpp"
#include "harness/eval/documents.hpp"
#include "harness/eval/metric.hpp"
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
  for (const Request& request : requests_of(sample)) check_request(request);
}

/// An answer to every request: log-likelihoods that differ from one another.
std::vector<Response> made_up_responses(const Sample& sample, std::size_t document) {
  std::vector<Response> responses;
  for (std::size_t i = 0; i < requests_of(sample).size(); ++i)
    responses.push_back({.loglikelihood = -3 - 2 * std::sin(static_cast<double>(7 * document + 3 * i)),
                         .is_greedy = (document + i) % 3 == 0,
                         .tokens = 2});
  return responses;
}

}  // namespace

TEST_CASE("every file in tasks/ registers what it is named after, and nothing else is registered") {
  std::set<std::string> registered;
  for (const std::string& name : Registry<Task>::names()) registered.insert(stem_of(name));
  for (const std::string& name : Registry<TaskGroup>::names()) registered.insert(stem_of(name));
  CHECK(registered == stems_in(project_root() / "tasks", ".cpp"));
}

TEST_CASE("every file in harness/eval/metrics registers the metric it is named after") {
  const auto names = Registry<Metric>::names();
  CHECK(std::set<std::string>(names.begin(), names.end()) ==
        stems_in(project_root() / "harness/eval/metrics", ".cpp"));
}

TEST_CASE("every task has sample documents, and no sample file is without a task") {
  const auto names = Registry<Task>::names();
  CHECK(std::set<std::string>(names.begin(), names.end()) ==
        stems_in(project_root() / "tasks/samples", ".jsonl"));
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
    const bool known =
        std::find(task.metrics.begin(), task.metrics.end(), task.accuracy) != task.metrics.end();
    CHECK((task.accuracy.empty() || known));
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
  for (const Task& task : Registry<Task>::all())
    for (const std::string& name : task.metrics) {
      INFO(task.name << " " << name);
      const Metric& metric = Registry<Metric>::get(name);
      const TaskData data = samples_of(task);
      std::vector<DocumentValue> values;
      for (std::size_t i = 0; i < data.samples.size(); ++i)
        values.push_back(metric.of_document(data.samples[i], made_up_responses(data.samples[i], i)));
      const Estimate estimate = metric.aggregate(values, {.iterations = 100});
      CHECK(std::isfinite(estimate.value));
      CHECK(estimate.n == data.samples.size());
      if (estimate.standard_error) CHECK(std::isfinite(*estimate.standard_error));
      std::reverse(values.begin(), values.end());
      CHECK(metric.aggregate(values, {.iterations = 100}).value == Approx(estimate.value).epsilon(1e-12));
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
