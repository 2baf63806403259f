#include "models/attention/partial.hpp"

#include "harness/base/error.hpp"

namespace iiet {
namespace {

at::Tensor rows_of(const at::Tensor& all, const at::Tensor& rows) {
  return rows.defined() ? all.index_select(0, rows) : all;
}

PartialAttention flash(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values,
                       const Part& part) {
  const auto result = at::_flash_attention_forward(
      query, keys, values, part.cum_queries, part.cum_keys, part.max_queries, part.max_keys,
      /*dropout_p=*/0.0, /*is_causal=*/part.mask == Mask::kCausal, /*return_debug_mask=*/false);
  const at::Tensor& log_sum_exp = std::get<1>(result);  // [H,N]
  if (log_sum_exp.dim() != 2 || log_sum_exp.size(0) != query.size(1) || log_sum_exp.size(1) != query.size(0))
    throw Error("flash attention: this LibTorch returns the log-sum-exp in another shape than [H,N]");
  return {std::get<0>(result), log_sum_exp.t()};
}

/// One group by LibTorch's CPU kernel; [Q,H,C] and [Q,H].
PartialAttention attend_group(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values,
                              Mask mask) {
  const std::int64_t length = query.size(0), count = keys.size(0), group = query.size(1) / keys.size(1);
  const auto batch = [](const at::Tensor& rows) { return rows.transpose(0, 1).unsqueeze(0); };
  const auto heads = [&](const at::Tensor& rows) { return batch(rows.repeat_interleave(group, 1)); };
  // Causal is aligned to the last key, the operator's own to the first.
  const bool is_triangle = mask == Mask::kCausal && length == count;
  std::optional<at::Tensor> hidden;
  if (mask == Mask::kCausal && !is_triangle)
    hidden = at::full({length, count}, -INFINITY, query.options()).triu(count - length + 1);
  const auto [output, log_sum_exp] = at::_scaled_dot_product_flash_attention_for_cpu(
      batch(query), heads(keys), heads(values), /*dropout_p=*/0.0, is_triangle, hidden);
  return {output[0].transpose(0, 1), log_sum_exp[0].t()};
}

PartialAttention attend_groups(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values,
                               const Part& part) {
  const auto q = part.cum_queries.accessor<std::int32_t, 1>(), k = part.cum_keys.accessor<std::int32_t, 1>();
  std::vector<at::Tensor> outputs, sums;
  for (std::int64_t g = 0; g + 1 < q.size(0); ++g) {
    const auto own = [&](const at::Tensor& rows) { return rows.narrow(0, k[g], k[g + 1] - k[g]); };
    PartialAttention result =
        attend_group(query.narrow(0, q[g], q[g + 1] - q[g]), own(keys), own(values), part.mask);
    outputs.push_back(std::move(result.output));
    sums.push_back(std::move(result.log_sum_exp));
  }
  return {at::cat(outputs), at::cat(sums)};
}

}  // namespace

void PartialAttention::merge(const PartialAttention& other, const at::Tensor& rows) {
  const at::Tensor before = rows_of(log_sum_exp, rows), added = other.log_sum_exp;
  const at::Tensor best = at::maximum(before, added);
  const at::Tensor a = (before - best).exp().unsqueeze(-1), b = (added - best).exp().unsqueeze(-1);
  const at::Tensor mixed = (rows_of(output, rows) * a + other.output * b) / (a + b);
  const at::Tensor sum = best + (a + b).squeeze(-1).log();
  if (rows.defined()) {
    output = output.to(sum.scalar_type()).index_copy(0, rows, mixed);
    log_sum_exp = log_sum_exp.index_copy(0, rows, sum);
  } else {
    output = mixed;
    log_sum_exp = sum;
  }
}

PartialAttention attend(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values,
                        const Part& part) {
  const auto own = [&](const at::Tensor& pool) {
    const at::Tensor rows =
        part.key_rows.defined() ? pool.index_select(0, part.key_rows) : pool.narrow(0, 0, part.keys);
    return rows.to(query.scalar_type());
  };
  const at::Tensor q = rows_of(query, part.query_rows);
  return (query.is_cuda() ? flash : attend_groups)(q, own(keys), own(values), part);
}

}  // namespace iiet
