#pragma once

#include <optional>
#include <variant>
#include <vector>

#include <ATen/ATen.h>

#include "models/attention/plan.hpp"

namespace iiet {

/// S segments of one length whose rows follow each other, each with keys of its own that do so too: a view of
/// the rows is what the fused operator wants, so there are no tensors here.
struct EqualBatch {
  std::int64_t segments = 0, queries = 0, keys = 0;
  Mask mask = Mask::kCausal;
};

/// Segments of similar lengths, padded to the longest of them. Padding repeats a row of the segment itself.
struct Rectangle {
  std::int64_t segments = 0, queries = 0, keys = 0;  // S, Q, T
  at::Tensor query_rows;                             // [S*Q] int64
  at::Tensor key_rows;                               // [S*T] int64
  at::Tensor visible;  // [S,1,Q,1] int64, keys that a query sees; undefined: the triangle, query i sees 1 + i
  at::Tensor columns;  // [T] int64, 0 … T-1
  at::Tensor mask;  // [S,1,Q,T] in the type of the queries, 0 or -inf; undefined: made of the two each time
};
struct Rectangles {
  std::vector<Rectangle> all;
  at::Tensor packed;  // [N] int64: where each query row lies in all rectangles' rows one after the other
};

/// Variable-length attention of some query rows to some key rows: group g has the queries
/// [cum_queries[g], cum_queries[g+1]) of query_rows and the keys [cum_keys[g], cum_keys[g+1]) of key_rows.
struct Part {
  Mask mask = Mask::kFull;
  at::Tensor query_rows, key_rows;   // int64; undefined: the rows as they lie
  at::Tensor cum_queries, cum_keys;  // [G+1] int32
  std::int64_t max_queries = 0, max_keys = 0;
  std::int64_t keys = 0;  // of all groups: the last of cum_keys, on the host
};
/// Attention in parts that are merged through their log-sum-exp: first what each segment has alone, then the
/// prefixes that segments share, one part a depth of the prefix tree. No key is copied for each of its users.
struct Parts {
  std::vector<Part> all;
};

/// An attention plan as one implementation wants it, on its device; made once a pass (Kernels::lower) and
/// used by all layers and evaluations. The plan itself is what the CPU kernel reads.
struct LoweredPlan {
  at::Tensor positions;  // [N] int64, of the query rows
  std::variant<AttentionPlan, EqualBatch, Rectangles, Parts> form;
};

/// The equal batch that the plan is, if it is one.
std::optional<EqualBatch> equal_batch(const AttentionPlan& plan);

/// Any plan. Segments are grouped by powers of two of their lengths, so at most half of a rectangle's rows
/// and columns is padding. Many segments, or many queries behind a prefix, become several rectangles, so that
/// what an evaluation gathers and masks at one time is bounded.
Rectangles rectangles(const AttentionPlan& plan, at::Device device);

/// Any plan.
Parts prefix_parts(const AttentionPlan& plan, at::Device device);

}  // namespace iiet
