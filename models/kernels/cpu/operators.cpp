#include "models/kernels/cpu/operators.hpp"

#include <ATen/Parallel.h>

#include "harness/base/error.hpp"
#include "models/kernels/cpu/attention.hpp"
#include "models/kernels/cpu/elementwise.hpp"

namespace iiet {
namespace {

/// Whether neighbours along a dimension lie next to each other; the stride of a single one means nothing.
bool is_dense(const at::Tensor& x, std::int64_t dimension, std::int64_t stride = 1) {
  return x.size(dimension) == 1 || x.stride(dimension) == stride;
}

kernels::cpu::Rows rows_of(const at::Tensor& x) {
  using kernels::cpu::Element;
  if (!is_dense(x, 2)) throw Error("attention: the components of a key and of a value must be neighbours");
  switch (x.scalar_type()) {
    case at::kFloat:
      return {x.const_data_ptr(), Element::kFloat, x.stride(0), x.stride(1)};
    case at::kBFloat16:
      return {x.const_data_ptr(), Element::kBFloat16, x.stride(0), x.stride(1)};
    case at::kHalf:
      return {x.const_data_ptr(), Element::kHalf, x.stride(0), x.stride(1)};
    default:
      throw Error(fmt::format("attention: no CPU kernel for keys of {}", c10::toString(x.scalar_type())));
  }
}

}  // namespace

at::Tensor attention(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values,
                     const AttentionPlan& plan) {
  const std::int64_t width = query.size(2);
  const at::Tensor q = query.to(at::kFloat);
  if (!is_dense(q, 2) || !is_dense(q, 1, width) || keys.scalar_type() != values.scalar_type())
    throw Error("attention: heads of a query must be neighbours, keys and values of one type");
  const kernels::cpu::AttentionInput in{
      q.const_data_ptr<float>(), q.stride(0), rows_of(keys), rows_of(values), q.size(1), keys.size(1), width};
  at::Tensor out = at::empty({q.size(0), q.size(1) * width}, q.options());
  float* const to = out.mutable_data_ptr<float>();
  at::parallel_for(0, static_cast<std::int64_t>(plan.segments.size()) * in.kv_heads, 1,
                   [&](std::int64_t first, std::int64_t last) {
                     kernels::cpu::attention(in, plan, {first, last}, to);
                   });
  return out.to(query.scalar_type());
}

namespace kernels {

at::Tensor cpu_rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps) {
  const at::Tensor in = x.contiguous();
  at::Tensor out = at::empty_like(in);
  cpu::rms_norm({in.const_data_ptr<float>(), in.size(0), in.size(1)}, weight.const_data_ptr<float>(),
                static_cast<float>(eps), out.mutable_data_ptr<float>());
  return out;
}

at::Tensor cpu_rotate(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin) {
  const at::Tensor in = is_dense(x, 2) && is_dense(x, 1, x.size(2)) ? x : x.contiguous();
  at::Tensor out = at::empty(x.sizes(), x.options());
  cpu::rotate({in.const_data_ptr<float>(), in.size(0), in.size(1), in.size(2), in.stride(0)},
              cos.contiguous().const_data_ptr<float>(), sin.contiguous().const_data_ptr<float>(),
              out.mutable_data_ptr<float>());
  return out;
}

at::Tensor cpu_silu_mul(const at::Tensor& x) {
  const at::Tensor in = x.contiguous();
  at::Tensor out = at::empty({in.size(0), in.size(1) / 2}, in.options());
  cpu::silu_mul({in.const_data_ptr<float>(), in.size(0), in.size(1)}, out.mutable_data_ptr<float>());
  return out;
}

RowMaxima cpu_row_maxima(const at::Tensor& logits) {
  const at::Tensor in = logits.contiguous();
  RowMaxima result{at::empty({in.size(0)}, at::kDouble), at::empty({in.size(0)}, at::kLong)};
  cpu::row_maxima({in.const_data_ptr<float>(), in.size(0), in.size(1)},
                  result.log_sum_exp.mutable_data_ptr<double>(),
                  result.argmax.mutable_data_ptr<std::int64_t>());
  return result;
}

}  // namespace kernels
}  // namespace iiet
