#include "models/kernels/kernels.hpp"

#include <cmath>

#include "models/attention/attention.hpp"
#include "models/device.hpp"
#include "models/kernels/cpu/operators.hpp"

namespace iiet {
namespace {

bool is_half(at::ScalarType type) { return type == at::kBFloat16 || type == at::kHalf; }

}  // namespace

Kernels::Kernels(const Setting& setting)
    : device_(setting.device), arithmetic_(setting.numerics.arithmetic), purpose_(setting.purpose) {
  const bool own = setting.device.is_cpu() && setting.purpose == Purpose::kInference &&
                   setting.numerics.arithmetic != at::kDouble;
  own_elementwise_ = own && setting.numerics.arithmetic == at::kFloat;
  own_row_maxima_ = own;
  attention_ = Attention::kOperators;
  if (own && setting.numerics.cache != at::kDouble) attention_ = Attention::kCpu;
  if (setting.device.is_cuda() && setting.purpose == Purpose::kInference &&
      is_half(setting.numerics.arithmetic) && setting.head_dim % 8 == 0 && setting.head_dim <= 256 &&
      compute_capability(setting.device) >= 80)
    attention_ = Attention::kFlash;
}

at::Tensor Kernels::rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps) const {
  return own_elementwise_ ? kernels::cpu_rms_norm(x, weight, eps)
                          : kernels::rms_norm_reference(x, weight, eps);
}

at::Tensor Kernels::rotate(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin) const {
  return own_elementwise_ ? kernels::cpu_rotate(x, cos, sin) : kernels::rotate_reference(x, cos, sin);
}

at::Tensor Kernels::silu_mul(const at::Tensor& x) const {
  return own_elementwise_ ? kernels::cpu_silu_mul(x) : kernels::silu_mul_reference(x);
}

RowMaxima Kernels::row_maxima(const at::Tensor& logits) const {
  return own_row_maxima_ ? kernels::cpu_row_maxima(logits) : kernels::row_maxima_reference(logits);
}

LoweredPlan Kernels::lower(AttentionPlan plan) const {
  LoweredPlan lowered{at::tensor(positions_of(plan), at::kLong).to(device_), {}};
  if (attention_ == Attention::kCpu)
    lowered.form = std::move(plan);
  else if (attention_ == Attention::kFlash)
    lowered.form = prefix_parts(plan, device_);
  else if (const auto batch = equal_batch(plan))
    lowered.form = *batch;
  else
    lowered.form = purpose_ == Purpose::kTraining ? for_training(plan) : rectangles(plan, device_);
  return lowered;
}

Rectangles Kernels::for_training(const AttentionPlan& plan) const {
  Rectangles result = rectangles(plan, device_);
  for (Rectangle& r : result.all)
    if (r.visible.defined())
      r.mask = at::zeros({r.segments, 1, r.queries, r.keys}, at::TensorOptions(arithmetic_).device(device_))
                   .masked_fill_(r.columns >= r.visible, -INFINITY);
  return result;
}

at::Tensor Kernels::attention(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values,
                              const LoweredPlan& plan) const {
  return std::visit([&](const auto& form) { return iiet::attention(query, keys, values, form); }, plan.form);
}

namespace kernels {

at::Tensor rms_norm_reference(const at::Tensor& x, const at::Tensor& weight, double eps) {
  const at::Tensor v = x.to(wide(x.scalar_type()));
  const at::Tensor normed = v * at::rsqrt(v.square().mean(-1, /*keepdim=*/true) + eps);
  return normed.to(x.scalar_type()) * weight;
}

at::Tensor rotate_reference(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin) {
  const at::Tensor c = cos.unsqueeze(1).to(x.scalar_type()), s = sin.unsqueeze(1).to(x.scalar_type());
  const auto halves = x.chunk(2, -1);
  return at::cat({halves[0] * c - halves[1] * s, halves[1] * c + halves[0] * s}, -1);
}

at::Tensor silu_mul_reference(const at::Tensor& x) {
  const auto halves = x.chunk(2, -1);
  return at::silu(halves[0]) * halves[1];
}

RowMaxima row_maxima_reference(const at::Tensor& logits) {
  const at::Tensor best = logits.amax(-1, /*keepdim=*/true);
  const at::Tensor sum = (logits - best).exp().sum(-1);
  return {best.squeeze(-1).to(at::kDouble) + sum.to(at::kDouble).log(), logits.argmax(-1)};
}

}  // namespace kernels
}  // namespace iiet
