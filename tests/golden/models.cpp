// Small models of every variant, made by a formula, against an independent implementation in float64.

#include "tests/app/small_model.hpp"
#include "tests/golden/golden.hpp"

namespace iiet::test {
namespace {

namespace fs = std::filesystem;

/// The formula that weights come from: scripts/golden/plain_models.py has it too.
float formula_value(std::uint32_t name_hash, std::uint32_t index, double base, double scale) {
  std::uint32_t state = name_hash + 2654435761U * index;
  for (int round = 0; round < 2; ++round) state = (state ^ state >> 16) * 0x45D9F3BU;
  return static_cast<float>(base + scale * (static_cast<double>(state >> 16) / 65536 - 0.5));
}

StoredValues formula_tensor(const Json& listed) {
  const auto name = listed[0].get<std::string>();
  const auto shape = listed[1].get<std::vector<std::int64_t>>();
  std::uint32_t hash = 2166136261U;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  std::int64_t count = 1;
  for (const std::int64_t size : shape) count *= size;
  std::vector<float> values;
  for (std::int64_t i = 0; i < count; ++i)
    values.push_back(formula_value(hash, static_cast<std::uint32_t>(i), listed[2], listed[3]));
  return {name, "F32", shape, as_bytes(values)};
}

struct FormulaModel {
  TemporaryFolder folder;
  std::string path = (folder.path() / "m").string();
  explicit FormulaModel(const Json& entry) {
    Weights weights;
    for (const Json& tensor : entry["tensors"]) weights.push_back(formula_tensor(tensor));
    fs::create_directory(path);
    write_file_atomically(path + "/config.json", entry["config"].dump());
    write_file_atomically(path + "/model.safetensors", safetensors(weights));
  }
};

std::string id_lines(const Json& inputs) {
  std::vector<Json> lines;
  for (const Json& ids : inputs) lines.push_back({{"ids", ids}});
  return as_json_lines(lines);
}

void check_scores(const Json& entry, const std::string& model, const std::string& dtype,
                  const std::string& values, double tolerance) {
  INFO(entry["name"] << " in " << dtype << ", " << values);
  const auto lines =
      answers_of({"score", "--threads", "1", "--dtype", dtype, "--model", model}, id_lines(entry["inputs"]));
  REQUIRE(lines.size() == entry[values].size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto found = lines[i]["logprobs"].get<std::vector<double>>(),
               expected = entry[values][i].get<std::vector<double>>();
    REQUIRE(found.size() == expected.size());
    for (std::size_t t = 0; t < found.size(); ++t)
      CHECK(found[t] == Approx(expected[t]).margin(tolerance).epsilon(0));
  }
}

void check_greedy(const Json& golden, const Json& entry, const std::string& model) {
  INFO(entry["name"]);
  const auto lines = answers_of({"generate", "--json", "--threads", "1", "--batch", "3", "--max-new-tokens",
                                 std::to_string(golden["new_tokens"].get<int>()), "--model", model},
                                id_lines(entry["inputs"]));
  REQUIRE(lines.size() == entry["greedy"].size());
  for (std::size_t i = 0; i < lines.size(); ++i) CHECK(lines[i]["ids"] == entry["greedy"][i]);
}

}  // namespace

TEST_CASE("own golden: models of every variant in float32 and float64") {
  const Json golden = own_golden("models.json");
  REQUIRE(golden["models"].size() == 11);
  for (const Json& entry : golden["models"]) {
    const FormulaModel model(entry);
    check_scores(entry, model.path, "float64", "logprobs", 1e-9);
    check_scores(entry, model.path, "float32", "logprobs", 1e-4);
    check_greedy(golden, entry, model.path);
  }
}

TEST_CASE("own golden: plain Llamas are Hugging Face's") {
  const Json golden = own_golden("models.json");
  std::size_t compared = 0;
  for (const Json& entry : golden["models"])
    if (entry.contains("logprobs_transformers")) {
      const FormulaModel model(entry);
      check_scores(entry, model.path, "float32", "logprobs_transformers", 1e-4);
      ++compared;
    }
  CHECK(compared == 4);
}

}  // namespace iiet::test
