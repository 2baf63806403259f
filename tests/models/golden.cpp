#include <filesystem>
#include <numeric>

#include <c10/core/InferenceMode.h>

#include "harness/base/files.hpp"
#include "models/device.hpp"
#include "tests/support/models.hpp"
#include "tests/support/shared.hpp"

// Values of the released code (float32) and of an independent implementation (float64):
// golden/models/README.md.
namespace iiet::test {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> folders() {
  std::vector<fs::path> result;
  for (const auto& entry : fs::directory_iterator(shared_folder() / "golden" / "models"))
    if (fs::exists(entry.path() / "golden.json")) result.push_back(entry.path());
  std::sort(result.begin(), result.end());
  return result;
}

/// The golden list for a type: 16-bit runs and float32 without a golden are held to the float64 values.
const Json& values_for(const Json& golden, const std::string& name, at::ScalarType type) {
  const std::string f32 = name + "_f32", f64 = name + "_f64";
  return golden.contains(f32) && (type != at::kDouble || !golden.contains(f64)) ? golden[f32] : golden[f64];
}

void check_folder(const fs::path& folder, at::ScalarType type, at::Device device) {
  const c10::InferenceMode inference;
  const Json golden = read_json(folder / "golden.json");
  const auto model = load_model(folder, {type, device, {}});
  const double margin = tolerance(type);
  const auto inputs = golden["inputs"].get<std::vector<std::vector<TokenId>>>();
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    INFO(folder.filename() << ", input " << i);
    const auto log_p = plain_log_probabilities(*model, inputs[i]);
    const auto expected = values_for(golden, "logprobs", type)[i].get<std::vector<double>>();
    REQUIRE(log_p.size() == expected.size());
    for (std::size_t t = 0; t < log_p.size(); ++t)
      CHECK(log_p[t] == Approx(expected[t]).margin(margin).epsilon(0));
    const std::vector<std::int64_t> last{static_cast<std::int64_t>(inputs[i].size()) - 1};
    const PackedTokens tokens{inputs[i], {{static_cast<std::int64_t>(inputs[i].size()), -1, -1}}};
    const at::Tensor logits = model->logits(model->hidden(tokens, last))[0].to(at::kCPU).to(at::kDouble);
    const bool has_f64 = golden.contains("last_logits_f64");
    if (type == at::kDouble && !has_f64) continue;
    const auto expected_logits = values_for(golden, "last_logits", type)[i].get<std::vector<double>>();
    for (std::size_t v = 0; v < expected_logits.size(); ++v)
      CHECK(logits[static_cast<std::int64_t>(v)].item<double>() ==
            Approx(expected_logits[v]).margin(margin).epsilon(0));
  }
  if (type == at::kBFloat16) return;  // eight bits do not keep the order of close logits
  const auto greedy = golden["greedy"].get<std::vector<std::vector<TokenId>>>();
  const auto prompts = prompts_of(inputs, static_cast<std::int64_t>(greedy[0].size()));
  for (const std::int64_t batch : {1, 3, 16})
    CHECK(best_ids(generated(*model, prompts, {}, {.batch = batch})) == greedy);
}

/// Keeps the state after the embedding and after every layer.
struct States : Observer {
  std::vector<at::Tensor> states;
  void embedded(const at::Tensor& state) override { states.push_back(state); }
  Verdict layer_ended(std::int64_t, const at::Tensor& state) override {
    states.push_back(state);
    return Verdict::kGoOn;
  }
};

}  // namespace

TEST_CASE("golden models in float32") {
  REQUIRE_SHARED("golden/models");
  REQUIRE(folders().size() >= 16);
  for (const fs::path& folder : folders()) check_folder(folder, at::kFloat, at::kCPU);
}

TEST_CASE("golden models in float64") {
  REQUIRE_SHARED("golden/models");
  for (const fs::path& folder : folders()) check_folder(folder, at::kDouble, at::kCPU);
}

TEST_CASE("golden norms of the state after every layer") {
  REQUIRE_SHARED("golden/models");
  const c10::InferenceMode inference;
  for (const fs::path& folder : folders()) {
    INFO(folder.filename());
    const Json golden = read_json(folder / "golden.json");
    const auto model = load_model(folder, {at::kDouble, at::kCPU, {}});
    const auto ids = golden["trace"]["input"].get<std::vector<TokenId>>();
    States observer;
    model->hidden({ids, {{static_cast<std::int64_t>(ids.size()), -1, -1}}}, {}, {.observer = &observer});
    const auto& states = observer.states;
    const auto norms = golden["trace"]["state_norms"].get<std::vector<double>>();
    REQUIRE(states.size() == norms.size());
    for (std::size_t l = 0; l < norms.size(); ++l)
      CHECK(states[l].norm().item<double>() == Approx(norms[l]).epsilon(1e-9));
  }
}

TEST_CASE("golden models on the GPU", "[gpu]") {
  REQUIRE_SHARED("golden/models");
  if (parse_device("auto").is_cpu()) {
    WARN("SKIPPED: no CUDA device is there");
    return;
  }
  const at::Device device = parse_device("cuda");
  for (const fs::path& folder : folders()) {
    check_folder(folder, at::kFloat, device);
    check_folder(folder, at::kDouble, device);
    check_folder(folder, at::kBFloat16, device);
  }
}

}  // namespace iiet::test
