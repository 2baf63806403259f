// The models that come with the program still give the results of results/baselines, and would be caught if
// they did not.

#include <algorithm>

#include "harness/base/files.hpp"
#include "tests/app/small_model.hpp"

namespace iiet::test {
namespace {

namespace fs = std::filesystem;

fs::path baseline() { return project_root() / "results" / "baselines" / "shipped.json"; }

/// The command that made the baseline, writing to another place.
std::vector<std::string> command_for(const fs::path& output) {
  auto words = read_json(baseline())["context"]["command"].get<std::vector<std::string>>();
  words.erase(words.begin());  // the program
  const auto option = std::find(words.begin(), words.end(), "--output");
  REQUIRE(words.end() - option >= 2);
  *(option + 1) = output.string();
  return words;
}

Run compare(const fs::path& report) {
  // Another machine has another speed.
  return run_program({"compare", baseline().string(), report.string(), "--no-speed", "--format", "json"});
}

}  // namespace

TEST_CASE("the models that come with the program give the results of the baseline") {
  const TemporaryFolder folder;
  const fs::path report = folder.path() / "r.json";
  const Run run = run_program_in(project_root(), command_for(report));
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  const Run same = compare(report);
  INFO(same.out << same.err);
  CHECK(same.exit_code == 0);
  const Json comparison = parse_json(same.out, "comparison");
  CHECK(comparison["notes"].empty());
  CHECK(comparison["results"].size() > 40);
  // Another processor may turn a near-tie of two tokens, and with it the rest of a text.
  for (const Json& cell : comparison["results"])
    if (cell["task"] != "wmt16-ro-en" && cell["task"] != "xsum" && cell["task"] != "gsm8k")
      CHECK(cell["verdict"] == "same");

  // Two of the models exchanged: texts become a little more or less likely.
  const auto samples = [&](const std::string& model) {
    return folder.path() / "r" / ("samples_" + model + "_wikitext.jsonl");
  };
  Json changed = read_json(report);
  for (Json& result : changed["results"])
    if (result["model"] == "iiet")
      result["model"] = "pcformer";
    else if (result["model"] == "pcformer")
      result["model"] = "iiet";
  write_file_atomically(report, changed.dump());
  fs::rename(samples("iiet"), samples("saved"));
  fs::rename(samples("pcformer"), samples("iiet"));
  fs::rename(samples("saved"), samples("pcformer"));
  const Run exchanged = compare(report);
  INFO(exchanged.out << exchanged.err);
  CHECK(exchanged.exit_code == 3);
  std::size_t found = 0;
  const Json of_exchanged = parse_json(exchanged.out, "comparison");
  for (const Json& cell : of_exchanged["results"]) {
    if (cell["metric"] != "word_perplexity" || (cell["model"] != "iiet" && cell["model"] != "pcformer"))
      continue;
    CHECK(cell["method"] == "0.1 % of the value");  // four documents are too few to be paired
    CHECK(cell["verdict"] == (cell["model"] == "iiet" ? "better" : "regression"));
    ++found;
  }
  CHECK(found == 2);
}

}  // namespace iiet::test
