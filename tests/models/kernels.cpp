#include "models/kernels/kernels.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <c10/core/InferenceMode.h>

#include "models/attention/attention.hpp"
#include "tests/support/shared.hpp"

// Every kernel of ours against its twin of LibTorch operators, in float32; the twin also in float64 as the
// truth.
namespace iiet::test {
namespace {

at::Tensor random(at::IntArrayRef shape, std::uint64_t seed, double scale = 1) {
  return at::empty(shape, at::kFloat).normal_(0, scale, at::detail::createCPUGenerator(seed));
}

/// What inference in float32 on the CPU gets.
const Kernels& own() {
  static const Kernels kernels({at::kCPU, at::kFloat});
  return kernels;
}

void check_close(const at::Tensor& found, const at::Tensor& truth, double margin) {
  REQUIRE(found.sizes() == truth.sizes());
  CHECK((found.to(at::kDouble) - truth.to(at::kDouble)).abs().max().item<double>() <= margin);
}

}  // namespace

TEST_CASE("kernel: rms_norm") {
  const c10::InferenceMode inference;
  for (const std::int64_t width : {1, 7, 64, 513}) {
    const at::Tensor x = random({5, width}, 1, 3), weight = random({width}, 2);
    const at::Tensor truth = kernels::rms_norm_reference(x.to(at::kDouble), weight.to(at::kDouble), 1e-6);
    check_close(own().rms_norm(x, weight, 1e-6), truth, 1e-5);
  }
}

TEST_CASE("kernel: rotate, on strided rows too") {
  const c10::InferenceMode inference;
  for (const std::int64_t width : {2, 8, 64, 96}) {
    const at::Tensor fused = random({6, 5 * width}, 3);
    const at::Tensor x = fused.narrow(1, width, 3 * width).view({6, 3, width});
    const at::Tensor angle = random({6, width / 2}, 4, 3);
    const at::Tensor truth = kernels::rotate_reference(x.to(at::kDouble), angle.cos().to(at::kDouble),
                                                       angle.sin().to(at::kDouble));
    check_close(own().rotate(x, angle.cos(), angle.sin()), truth, 1e-5);
  }
}

TEST_CASE("kernel: silu_mul, extreme gates too") {
  const c10::InferenceMode inference;
  const std::vector<float> extremes{-3e38f,  -1e4f, -200.f, -89.f, -88.f, -87.f,
                                    -1e-30f, 0.f,   87.f,   89.f,  200.f, 1e4f};
  const at::Tensor gate = at::cat({at::tensor(extremes), random({20}, 5, 3)}).view({1, 32});
  const at::Tensor x = at::cat({gate, random({1, 32}, 6)}, 1);
  const at::Tensor truth = kernels::silu_mul_reference(x.to(at::kDouble)), found = own().silu_mul(x);
  REQUIRE(found.isfinite().all().item<bool>());
  const at::Tensor error = (found.to(at::kDouble) - truth).abs() / truth.abs().clamp_min(1);
  CHECK(error.max().item<double>() <= 1e-6);
}

TEST_CASE("kernel: attention with scores far apart") {
  const c10::InferenceMode inference;
  const at::Tensor keys = random({40, 1, 16}, 14, 300), values = random({40, 1, 16}, 15),
                   query = random({40, 1, 16}, 16, 300);
  const AttentionPlan plan{{{0, 40, 40, 0, 1}}, {{0, 40}}};
  const at::Tensor truth =
      attention_reference(query.to(at::kDouble), keys.to(at::kDouble), values.to(at::kDouble), plan);
  check_close(own().attention(query, keys, values, own().lower(plan)), truth,
              1e-2);  // scores of 1e5 have a float32 spacing of 0.008
}

TEST_CASE("kernel: row_maxima") {
  const c10::InferenceMode inference;
  at::Tensor logits = random({7, 1001}, 6, 8);
  logits[3][10] = logits[3][900] = 100;  // of equal ones the first
  const auto found = own().row_maxima(logits);
  const auto truth = kernels::row_maxima_reference(logits.to(at::kDouble));
  check_close(found.log_sum_exp, truth.log_sum_exp, 1e-5);
  CHECK(found.argmax.equal(logits.argmax(-1)));
  CHECK(found.argmax[3].item<std::int64_t>() == 10);
}

TEST_CASE("kernel: NaN is not lost") {
  const c10::InferenceMode inference;
  at::Tensor logits = random({1, 33}, 7);
  logits[0][5] = NAN;
  CHECK(own().row_maxima(logits).log_sum_exp.isnan().all().item<bool>());
  at::Tensor query = random({2, 1, 8}, 8);
  query[1][0][3] = NAN;
  const AttentionPlan plan{{{0, 2, 2, 0, 1}}, {{0, 2}}};
  const at::Tensor out =
      own().attention(query, random({2, 1, 8}, 9), random({2, 1, 8}, 10), own().lower(plan));
  CHECK(out[1].isnan().all().item<bool>());
  CHECK(out[0].isfinite().all().item<bool>());
}

TEST_CASE("kernel: which implementation attention takes") {
  const auto form = [](const Numerics& numerics, Purpose purpose, const AttentionPlan& plan) {
    return Kernels({at::kCPU, numerics, purpose, 64}).lower(plan).form.index();
  };
  const AttentionPlan equal = self_plan({{}, {{3}, {3}}}), ragged = self_plan({{}, {{3}, {4}}});
  CHECK(form(at::kFloat, Purpose::kInference, equal) == 0);  // AttentionPlan: the CPU kernel
  CHECK(form({at::kFloat, at::kFloat, at::kBFloat16}, Purpose::kInference, ragged) == 0);
  CHECK(form(at::kHalf, Purpose::kInference, ragged) == 0);
  CHECK(form(at::kFloat, Purpose::kTraining, equal) == 1);  // EqualBatch
  CHECK(form(at::kDouble, Purpose::kInference, equal) == 1);
  CHECK(form(at::kFloat, Purpose::kTraining, ragged) == 2);  // Rectangles
  CHECK(form(at::kDouble, Purpose::kInference, ragged) == 2);
}

}  // namespace iiet::test
