#include "models/attention.hpp"

#include <algorithm>
#include <cmath>

#include "models/kernels/kernels.hpp"

namespace iiet {
namespace {

/// The rows of keys that each segment sees, padded to a rectangle [S,Kmax] with row 0.
at::Tensor padded_key_rows(const AttentionPlan& plan, std::int64_t width) {
  at::Tensor rows = at::zeros({static_cast<std::int64_t>(plan.segments.size()), width}, at::kLong);
  auto access = rows.accessor<std::int64_t, 2>();
  for (std::size_t s = 0; s < plan.segments.size(); ++s) {
    std::int64_t at = 0;
    for (std::size_t i = 0; i < plan.segments[s].span_count; ++i) {
      const KeySpan span = plan.spans[plan.segments[s].first_span + i];
      for (std::int64_t j = 0; j < span.length; ++j)
        access[static_cast<std::int64_t>(s)][at++] = span.begin + j;
    }
  }
  return rows;
}

}  // namespace

at::Tensor attention_reference(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values,
                               const AttentionPlan& plan) {
  const std::int64_t n = query.size(0), heads = query.size(1), width = query.size(2), kv_heads = keys.size(0);
  const auto segments = static_cast<std::int64_t>(plan.segments.size());
  std::int64_t max_queries = 1, max_keys = 1;
  for (const QuerySegment& s : plan.segments) {
    max_queries = std::max(max_queries, s.length);
    max_keys = std::max(max_keys, s.keys);
  }
  at::Tensor query_rows = at::zeros({segments, max_queries}, at::kLong);
  at::Tensor visible =
      at::zeros({segments, max_queries}, at::kLong);  // keys seen by each query; padding sees one
  at::Tensor packed = at::zeros({n}, at::kLong);      // where each packed row lies in the rectangle
  auto q = query_rows.accessor<std::int64_t, 2>();
  auto v = visible.accessor<std::int64_t, 2>();
  auto p = packed.accessor<std::int64_t, 1>();
  for (std::int64_t s = 0; s < segments; ++s) {
    const QuerySegment& segment = plan.segments[static_cast<std::size_t>(s)];
    for (std::int64_t i = 0; i < max_queries; ++i) {
      const bool real = i < segment.length;
      q[s][i] = real ? segment.begin + i : 0;
      v[s][i] = real ? segment.keys - segment.length + i + 1 : 1;
      if (real) p[segment.begin + i] = s * max_queries + i;
    }
  }
  const auto device = query.device();
  const at::Tensor key_rows = padded_key_rows(plan, max_keys).to(device).flatten();
  const at::Tensor seen =
      at::arange(max_keys, at::TensorOptions(at::kLong).device(device)).view({1, 1, max_keys}) <
      visible.to(device).unsqueeze(-1);
  const auto rectangle = [&](const at::Tensor& t) {  // [K,C,S*M] -> [S,H,M,C]
    return t.view({kv_heads, width, segments, max_keys})
        .permute({2, 0, 3, 1})
        .repeat_interleave(heads / kv_heads, 1);
  };
  const at::Tensor k = rectangle(keys.index_select(2, key_rows));
  const at::Tensor w = rectangle(values.transpose(1, 2).index_select(2, key_rows));
  const at::Tensor queries = query.index_select(0, query_rows.to(device).flatten())
                                 .view({segments, max_queries, heads, width})
                                 .transpose(1, 2);
  const at::Tensor out = at::scaled_dot_product_attention(queries, k, w, seen.unsqueeze(1));
  return out.transpose(1, 2)
      .reshape({segments * max_queries, heads * width})
      .index_select(0, packed.to(device));
}

at::Tensor attention(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values,
                     const AttentionPlan& plan) {
  if (!kernels::on_cpu_without_gradient(query)) return attention_reference(query, keys, values, plan);
  if (query.scalar_type() == at::kFloat) return kernels::cpu_attention(query, keys, values, plan);
  if (query.scalar_type() == at::kDouble) return attention_reference(query, keys, values, plan);
  return kernels::cpu_attention(query.to(at::kFloat), keys.to(at::kFloat), values.to(at::kFloat), plan)
      .to(query.scalar_type());
}

}  // namespace iiet
