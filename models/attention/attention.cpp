#include "models/attention/attention.hpp"

#include <cmath>

#include "models/attention/partial.hpp"
#include "models/numerics.hpp"

namespace iiet {
namespace {

/// Rows [S*T,H,C] -> [S,H,T,C], a view where the rows are one.
at::Tensor batched(const at::Tensor& rows, std::int64_t segments) {
  return rows.unflatten(0, {segments, rows.size(0) / segments}).transpose(1, 2);
}

/// [S,H,T,C] -> rows [S*T,H*C].
at::Tensor packed(const at::Tensor& x) { return x.transpose(1, 2).flatten(2).flatten(0, 1); }

}  // namespace

at::Tensor attention(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values,
                     const EqualBatch& batch) {
  const auto own = [&](const at::Tensor& rows) {
    return batched(rows.narrow(0, 0, batch.segments * batch.keys).to(query.scalar_type()), batch.segments);
  };
  return packed(at::scaled_dot_product_attention(
      batched(query, batch.segments), own(keys), own(values), {}, /*dropout_p=*/0.0,
      /*is_causal=*/batch.mask == Mask::kCausal, {}, /*enable_gqa=*/query.size(1) != keys.size(1)));
}

at::Tensor attention(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values,
                     const Rectangles& plan) {
  std::vector<at::Tensor> rows;
  for (const Rectangle& r : plan.all) {
    const auto gathered = [&](const at::Tensor& all) {
      return batched(all.index_select(0, r.key_rows).to(query.scalar_type()), r.segments);
    };
    std::optional<at::Tensor> seen;
    if (r.mask.defined())
      seen = r.mask;
    else if (r.visible.defined())
      seen = r.columns < r.visible;
    rows.push_back(packed(at::scaled_dot_product_attention(
        batched(query.index_select(0, r.query_rows), r.segments), gathered(keys), gathered(values), seen,
        /*dropout_p=*/0.0, /*is_causal=*/!seen, {}, /*enable_gqa=*/query.size(1) != keys.size(1))));
  }
  return (rows.size() == 1 ? rows[0] : at::cat(rows)).index_select(0, plan.packed);
}

at::Tensor attention(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values,
                     const Parts& plan) {
  auto part = plan.all.begin();
  PartialAttention sum{at::zeros_like(query), at::full({query.size(0), query.size(1)}, -INFINITY,
                                                       query.options().dtype(wide(query.scalar_type())))};
  if (!part->query_rows.defined()) sum = attend(query, keys, values, *part++);
  for (; part != plan.all.end(); ++part) sum.merge(attend(query, keys, values, *part), part->query_rows);
  return sum.output.to(query.scalar_type()).flatten(1);
}

at::Tensor attention_reference(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values,
                               const AttentionPlan& plan) {
  const at::ScalarType type = wide(query.scalar_type());
  const std::int64_t group = query.size(1) / keys.size(1);
  std::vector<at::Tensor> results;
  for (const QuerySegment& segment : plan.segments) {
    const auto gathered = [&](const at::Tensor& rows) {  // [H,T,C]
      std::vector<at::Tensor> spans;
      for (std::size_t i = 0; i < segment.span_count; ++i) {
        const KeySpan span = plan.spans[segment.first_span + i];
        spans.push_back(rows.narrow(0, span.begin, span.length));
      }
      return at::cat(spans).to(type).transpose(0, 1).repeat_interleave(group, 0);
    };
    const at::Tensor q = query.narrow(0, segment.begin, segment.length).to(type).transpose(0, 1);
    at::Tensor scores = q.matmul(gathered(keys).transpose(1, 2)) / std::sqrt(static_cast<double>(q.size(2)));
    if (segment.mask == Mask::kCausal) {
      const at::Tensor hidden = at::ones({segment.length, segment.keys}, query.options().dtype(at::kBool))
                                    .triu(segment.keys - segment.length + 1);
      scores = scores.masked_fill(hidden, -INFINITY);
    }
    results.push_back(scores.softmax(-1).matmul(gathered(values)).transpose(0, 1).flatten(1));
  }
  return at::cat(results).to(query.scalar_type());
}

}  // namespace iiet
