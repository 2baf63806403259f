#include <numeric>

#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include "tests/support/allocations.hpp"
#include "tests/support/models.hpp"
#include "tests/support/shared.hpp"

// What passes and checkpoints cost in memory, by counting what LibTorch's allocator is asked for.
namespace iiet::test {
namespace {

std::unique_ptr<OdeTransformer> deep_model(const std::string& variant, std::int64_t layers,
                                           std::int64_t iterations = 1, Numerics numerics = at::kFloat) {
  ModelConfig config = small_config(variant);
  config.num_hidden_layers = layers;
  if (!config.iterations.empty()) config.iterations.assign(static_cast<std::size_t>(layers), iterations);
  return small_model(config, numerics);
}

at::Tensor logits_of(const LanguageModel& model, Purpose purpose) {
  const PackedTokens tokens{random_ids(64, 97, 1), {{64, -1, -1}}};
  std::vector<std::int64_t> rows(64);
  std::iota(rows.begin(), rows.end(), std::int64_t{0});
  return model.logits(model.hidden(tokens, rows, {.purpose = purpose}), purpose);
}

/// Bytes that backward keeps after a forward pass.
std::int64_t kept(const OdeTransformer& model) {
  for (const Leaf& leaf : model.parameters()) leaf.tensor.set_requires_grad(true);
  const Allocations count;
  const at::Tensor loss = logits_of(model, Purpose::kTraining).sum();
  return count.live();
}

/// Bytes that an inference pass asks for in all.
std::int64_t asked(const std::string& variant, std::int64_t layers) {
  const auto model = deep_model(variant, layers);
  const c10::InferenceMode inference;
  const Allocations count;
  logits_of(*model, Purpose::kInference);
  return count.total();
}

/// By how much the second four layers cost more than the first four, as a share of these.
double growth(const std::function<std::int64_t(std::int64_t)>& cost) {
  const auto four = cost(4), eight = cost(8), twelve = cost(12);
  return static_cast<double>((twelve - eight) - (eight - four)) / static_cast<double>(eight - four);
}

}  // namespace

TEST_CASE("every variant: what backward keeps grows with the number of layers, not with its square") {
  for (const Variant& variant : Registry<Variant>::all()) {
    INFO(variant.name);
    CHECK(std::abs(growth([&](std::int64_t layers) { return kept(*deep_model(variant.name, layers)); })) <
          0.005);
  }
}

TEST_CASE("every variant: after backward the graph holds nothing but the gradients") {
  for (const Variant& variant : Registry<Variant>::all()) {
    INFO(variant.name);
    const auto model = deep_model(variant.name, 4);
    for (const Leaf& leaf : model->parameters()) leaf.tensor.set_requires_grad(true);
    const Allocations count;
    const at::Tensor loss = logits_of(*model, Purpose::kTraining).sum();
    loss.backward();
    auto expected = static_cast<std::int64_t>(loss.nbytes());
    for (const Leaf& leaf : model->parameters())
      if (leaf.tensor.grad().defined()) expected += static_cast<std::int64_t>(leaf.tensor.grad().nbytes());
    CHECK(count.live() == expected);
  }
}

TEST_CASE("parameters of another type are converted once a layer, not once an evaluation") {
  const auto of_three_evaluations = [](const Numerics& numerics) {
    return kept(*deep_model("iiet", 2, 4, numerics)) - kept(*deep_model("iiet", 2, 1, numerics));
  };
  const std::int64_t same = of_three_evaluations(at::kBFloat16);
  // The norms of the history are converted in each: two vectors.
  const std::int64_t norms = 2 * 3 * 2 * small_config("iiet").hidden_size * 2;
  CHECK(of_three_evaluations({at::kFloat, at::kBFloat16, at::kBFloat16}) <= same + norms);
}

TEST_CASE("every variant: no layer of an inference pass copies the layers before it") {
  for (const Variant& variant : Registry<Variant>::all()) {
    INFO(variant.name);
    CHECK(std::abs(growth([&](std::int64_t layers) { return asked(variant.name, layers); })) < 0.005);
  }
}

TEST_CASE("saving holds one tensor at a time") {
  const TemporaryFolder folder;
  ModelConfig config = small_config("iiet");
  config.torch_dtype = "bfloat16";
  const auto model = small_model(config);
  std::int64_t largest = 0, all = 0;
  for (const NamedTensor& named : named_tensors(model->parameters())) {
    largest = std::max(largest, 2 * named.tensor.numel());
    all += 2 * named.tensor.numel();
  }
  REQUIRE(all > 5 * largest);
  const Allocations count;
  save_model(*model, folder.path());
  CHECK(count.peak() >= largest);
  CHECK(count.peak() <= largest + 1024);
  CHECK(count.live() == 0);
}

}  // namespace iiet::test
