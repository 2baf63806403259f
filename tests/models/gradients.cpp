#include <functional>
#include <numeric>
#include <set>

#include <ATen/CPUGeneratorImpl.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include "tests/support/models.hpp"
#include "tests/support/shared.hpp"

// Backward of every variant against central differences in float64, leaf by leaf.
namespace iiet::test {
namespace {

/// Twelve tokens: of different lengths, of equal ones, two behind a common prefix.
const std::vector<std::vector<Segment>> kPacks{{{4}, {3}, {5}}, {{6}, {6}}, {{6}, {4, 0}, {2, 0}}};

/// A scalar that every logit of a pack of short sequences takes part in.
at::Tensor loss_of(const LanguageModel& model, Purpose purpose,
                   const std::vector<Segment>& segments = kPacks[0]) {
  const PackedTokens tokens{random_ids(12, 97, 9), segments};
  std::vector<std::int64_t> rows(12);
  std::iota(rows.begin(), rows.end(), std::int64_t{0});
  const at::Tensor logits = model.logits(model.hidden(tokens, rows, {.purpose = purpose}), purpose);
  const at::Tensor mixture =
      at::empty({12, 97}, at::kDouble).uniform_(0, 1, at::detail::createCPUGenerator(3));
  return (logits.log_softmax(-1) * mixture).mean();
}

/// (loss(p + h v) - loss(p - h v)) / 2h.
double central_difference(const std::function<at::Tensor()>& loss, const at::Tensor& parameter,
                          const at::Tensor& direction) {
  constexpr double kStep = 5e-6;
  const c10::NoGradGuard no_gradient;
  const at::Tensor kept = parameter.clone();
  const auto at_offset = [&](double h) {
    parameter.copy_(kept + h * direction);
    return loss().item<double>();
  };
  const double difference = at_offset(kStep) - at_offset(-kStep);
  parameter.copy_(kept);
  return difference / (2 * kStep);
}

/// What takes no part with these iterations: a layer without any does not use the norm of its corrector.
std::set<std::string> unused_leaves(const ModelConfig& config) {
  std::set<std::string> names;
  if (config.model_type == "iiet" || config.model_type == "e-iiet")
    for (std::size_t layer = 0; layer < config.iterations.size(); ++layer)
      if (config.iterations[layer] == 0)
        for (const char* part : {"weight", "bias"})
          names.insert(fmt::format("model.history.layer_norms.{}.{}", layer, part));
  return names;
}

/// Entries of W and W_c that no sum reads: above the diagonal, row 0, and W's rows of layers that do not
/// iterate.
at::Tensor used_history(const ModelConfig& config) {
  const std::int64_t n = config.num_hidden_layers + 1;
  at::Tensor used = at::ones({2, n, n}, at::kBool).tril();
  used.select(1, 0).fill_(false);
  for (std::int64_t layer = 0; layer < n - 1; ++layer)
    if (!config.iterations.empty() && config.iterations[static_cast<std::size_t>(layer)] == 0)
      used[0][layer + 1].fill_(false);
  return used.view({2 * n, n});
}

void check_gradients(const OdeTransformer& model, const std::vector<Segment>& pack = kPacks[0]) {
  const Leaves leaves = model.parameters();
  for (const Leaf& leaf : leaves) {
    REQUIRE_FALSE(leaf.tensor.is_view());
    leaf.tensor.set_requires_grad(true);
  }
  const auto training = [&] { return loss_of(model, Purpose::kTraining, pack); };
  const at::Tensor loss = training();
  CHECK(loss.item<double>() ==
        Approx(loss_of(model, Purpose::kInference, pack).item<double>()).epsilon(1e-12));
  loss.backward();
  const at::Generator generator = at::detail::createCPUGenerator(5);
  std::set<std::string> unused;
  for (const Leaf& leaf : leaves) {
    const at::Tensor gradient = leaf.tensor.grad();
    if (leaf.initialisation == Initialisation::kHistory)
      CHECK(gradient.ne(0).equal(used_history(model.config())));
    for (const NamedSlice& slice : leaf.slices) {
      INFO(slice.name);
      if (!gradient.defined()) {
        unused.insert(slice.name);
        continue;
      }
      const auto rows = [&](const at::Tensor& t) {
        return t.narrow(0, slice.begin, slice.end - slice.begin);
      };
      at::Tensor direction = at::empty_like(rows(gradient)).normal_(0, 1, generator);
      direction /= direction.norm();
      const double expected = central_difference(training, rows(leaf.tensor.detach()), direction);
      const double found = (rows(gradient) * direction).sum().item<double>();
      CHECK(std::abs(expected) > 1e-7);
      CHECK(found == Approx(expected).epsilon(1e-6).margin(1e-9));
    }
  }
  CHECK(unused == unused_leaves(model.config()));
}

}  // namespace

TEST_CASE("every variant: the gradient of every leaf is that of finite differences") {
  for (const Variant& variant : Registry<Variant>::all()) {
    INFO(variant.name);
    check_gradients(*small_model(variant.name, at::kDouble));
  }
}

TEST_CASE("gradients of every kind of pack") {
  for (const auto& pack : kPacks) {
    INFO(pack.size() << " segments, the last of " << pack.back().length);
    check_gradients(*small_model("iiet", at::kDouble), pack);
  }
}

TEST_CASE("gradients of biases, of a tied head and of PCformer with four stages") {
  for (const char* variant : {"iiet", "pcformer"}) {
    INFO(variant);
    ModelConfig config = small_config(variant);
    config.attention_bias = config.mlp_bias = true;
    config.tie_word_embeddings = true;
    if (config.iterations.empty()) config.calculate_num = 4;
    check_gradients(*small_model(config, at::kDouble));
  }
}

TEST_CASE("layer history: derivatives of gradients are refused, not wrong") {
  const auto model = small_model("iiet", at::kDouble);
  const Leaf leaf = model->parameters().front();
  leaf.tensor.set_requires_grad(true);
  const at::Tensor loss = loss_of(*model, Purpose::kTraining);
  CHECK_THROWS_AS(torch::autograd::grad({loss}, {leaf.tensor}, {}, /*retain_graph=*/true,
                                        /*create_graph=*/true),
                  Error);
}

TEST_CASE("weight decay is for matrices") {
  for (const Variant& variant : Registry<Variant>::all()) {
    ModelConfig config = small_config(variant.name);
    config.attention_bias = config.mlp_bias = true;
    for (const Leaf& leaf : small_model(config)->parameters()) {
      INFO(leaf.slices.front().name);
      const bool is_matrix = leaf.tensor.dim() == 2 && !leaf.slices.front().name.starts_with("model.history");
      CHECK(leaf.decays == is_matrix);
      std::int64_t rows = 0;
      for (const NamedSlice& slice : leaf.slices) {
        CHECK(slice.begin == rows);
        rows = slice.end;
      }
      CHECK(rows == leaf.tensor.size(0));
    }
  }
}

}  // namespace iiet::test
