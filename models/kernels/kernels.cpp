#include "models/kernels/kernels.hpp"

#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include "models/kernels/cpu/attention.hpp"
#include "models/kernels/cpu/elementwise.hpp"

namespace iiet::kernels {
namespace {

bool runs_here(const at::Tensor& x) { return on_cpu_without_gradient(x) && x.scalar_type() == at::kFloat; }

/// Whether neighbours along a dimension lie next to each other; the stride of a single one means nothing.
bool is_dense(const at::Tensor& x, std::int64_t dimension) {
  return x.size(dimension) == 1 || x.stride(dimension) == 1;
}

/// The type that sums are made in: float64 for float64, else float32.
at::ScalarType wide(const at::Tensor& x) { return x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat; }

}  // namespace

bool on_cpu_without_gradient(const at::Tensor& x) { return x.is_cpu() && !c10::GradMode::is_enabled(); }

at::Tensor rms_norm_reference(const at::Tensor& x, const at::Tensor& weight, double eps) {
  const at::Tensor v = x.to(wide(x));
  const at::Tensor normed = v * at::rsqrt(v.square().mean(-1, /*keepdim=*/true) + eps);
  return normed.to(x.scalar_type()) * weight;
}

at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps) {
  if (!runs_here(x)) return rms_norm_reference(x, weight, eps);
  const at::Tensor in = x.contiguous();
  at::Tensor out = at::empty_like(in);
  cpu::rms_norm({in.const_data_ptr<float>(), in.size(0), in.size(1)}, weight.const_data_ptr<float>(),
                static_cast<float>(eps), out.mutable_data_ptr<float>());
  return out;
}

at::Tensor rotate_reference(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin) {
  const at::Tensor c = cos.unsqueeze(1).to(x.scalar_type()), s = sin.unsqueeze(1).to(x.scalar_type());
  const auto halves = x.chunk(2, -1);
  return at::cat({halves[0] * c - halves[1] * s, halves[1] * c + halves[0] * s}, -1);
}

at::Tensor rotate(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin) {
  if (!runs_here(x) || x.stride(2) != 1 || x.stride(1) != x.size(2)) return rotate_reference(x, cos, sin);
  at::Tensor out = at::empty(x.sizes(), x.options());
  cpu::rotate({x.const_data_ptr<float>(), x.size(0), x.size(1), x.size(2), x.stride(0)},
              cos.contiguous().const_data_ptr<float>(), sin.contiguous().const_data_ptr<float>(),
              out.mutable_data_ptr<float>());
  return out;
}

at::Tensor silu_mul_reference(const at::Tensor& x) {
  const auto halves = x.chunk(2, -1);
  return at::silu(halves[0]) * halves[1];
}

at::Tensor silu_mul(const at::Tensor& x) {
  if (!runs_here(x)) return silu_mul_reference(x);
  const at::Tensor in = x.contiguous();
  at::Tensor out = at::empty({in.size(0), in.size(1) / 2}, in.options());
  cpu::silu_mul({in.const_data_ptr<float>(), in.size(0), in.size(1)}, out.mutable_data_ptr<float>());
  return out;
}

RowMaxima row_maxima_reference(const at::Tensor& logits) {
  const at::Tensor best = logits.amax(-1, /*keepdim=*/true);
  const at::Tensor sum = (logits - best).exp().sum(-1);
  return {best.squeeze(-1).to(at::kDouble) + sum.to(at::kDouble).log(), logits.argmax(-1)};
}

RowMaxima row_maxima(const at::Tensor& logits) {
  if (!runs_here(logits)) return row_maxima_reference(logits);
  const at::Tensor in = logits.contiguous();
  RowMaxima result{at::empty({in.size(0)}, at::kDouble), at::empty({in.size(0)}, at::kLong)};
  cpu::row_maxima({in.const_data_ptr<float>(), in.size(0), in.size(1)},
                  result.log_sum_exp.mutable_data_ptr<double>(),
                  result.argmax.mutable_data_ptr<std::int64_t>());
  return result;
}

at::Tensor cpu_attention(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values,
                         const AttentionPlan& plan) {
  TORCH_CHECK(is_dense(query, 2) && is_dense(keys, 2) && is_dense(values, 2) &&
                  (query.size(1) == 1 || query.stride(1) == query.size(2)),
              "attention: heads of a query, keys of a component and components of a value must be next to "
              "each other");
  const cpu::AttentionInput in{query.const_data_ptr<float>(),
                               keys.const_data_ptr<float>(),
                               values.const_data_ptr<float>(),
                               query.size(1),
                               keys.size(0),
                               query.size(2),
                               query.stride(0),
                               keys.stride(0),
                               keys.stride(1),
                               values.stride(0),
                               values.stride(1)};
  at::Tensor out = at::empty({query.size(0), query.size(1) * query.size(2)}, query.options());
  float* const to = out.mutable_data_ptr<float>();
  at::parallel_for(0, static_cast<std::int64_t>(plan.segments.size()) * in.kv_heads, 1,
                   [&](std::int64_t first, std::int64_t last) {
                     cpu::attention(in, plan, {first, last}, to);
                   });
  return out;
}

}  // namespace iiet::kernels
