#include <cmath>
#include <string>
#include <vector>

#include "harness/base/files.hpp"
#include "harness/eval/documents.hpp"
#include "harness/eval/import.hpp"
#include "harness/eval/results.hpp"
#include "tests/support/golden_requests.hpp"
#include "tests/support/shared.hpp"

using namespace iiet;

namespace {

void compare(const Task& task, const std::filesystem::path& file, const std::filesystem::path& data_folder) {
  INFO(file.string());
  const Json golden = read_json(file);
  const auto responses = iiet::test::recorded_responses(golden);
  const auto data =
      load_task_data(task, {.folder = data_folder, .limit = static_cast<double>(responses.size())});
  REQUIRE(data.samples.size() == responses.size());
  for (const auto& result : results_of(data, responses, {}).metrics) {
    const std::string& name = result.metric->name;
    INFO(name);
    const Estimate& estimate = result.estimate;
    CHECK(estimate.value == golden["results"][name + ",none"].get<double>());
    const Json& error = golden["results"][name + "_stderr,none"];
    if (error.is_string()) {
      CHECK_FALSE(estimate.standard_error);
    } else {
      REQUIRE(estimate.standard_error);
      CHECK(*estimate.standard_error == error.get<double>());
    }
  }
}

}  // namespace

TEST_CASE("metrics of lm_eval's own log-likelihoods are lm_eval's results to the last digit") {
  REQUIRE_SHARED("golden/lm_eval/stories260k");
  const test::TemporaryFolder folder;
  for (const ImportRule& rule : import_rules())
    import_split(rule, test::shared_folder() / "data", folder.path());
  std::size_t compared = 0;
  for (const char* run : {"stories260k", "smollm2"})
    for (const Task& task : Registry<Task>::all()) {
      const auto file = test::shared_folder() / "golden/lm_eval" / run / (task.name + ".json");
      if (!std::filesystem::exists(file) || !task.filters.empty()) continue;
      compare(task, file, folder.path());
      ++compared;
    }
  CHECK(compared >= 20);
}
