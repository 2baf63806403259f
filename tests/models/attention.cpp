#include "models/attention/attention.hpp"

#include <numeric>

#include <ATen/CPUGeneratorImpl.h>
#include <c10/core/InferenceMode.h>
#include <sys/mman.h>
#include <unistd.h>

#include "models/attention/partial.hpp"
#include "models/device.hpp"
#include "models/kernels/cpu/operators.hpp"
#include "tests/support/allocations.hpp"
#include "tests/support/shared.hpp"

// Every implementation of attention, in every type and for every kind of plan, against the definition.
namespace iiet::test {
namespace {

struct NamedPlan {
  std::string name;
  AttentionPlan plan;
};

AttentionPlan self(std::vector<Segment> segments) { return self_plan({{}, std::move(segments)}); }

/// Segments of any mask, each with its spans.
AttentionPlan plan_of(const std::vector<std::pair<std::int64_t, std::vector<KeySpan>>>& segments, Mask mask) {
  AttentionPlan plan;
  for (const auto& [length, spans] : segments) {
    QuerySegment segment{plan.queries(), length, 0, plan.spans.size(), spans.size(), mask};
    for (const KeySpan& span : spans) segment.keys += span.length;
    plan.spans.insert(plan.spans.end(), spans.begin(), spans.end());
    plan.segments.push_back(segment);
  }
  return plan;
}

/// A long prompt that meets rows that decode; the second and third were forked behind 70 tokens, the fourth
/// behind 64.
AttentionPlan prompt_and_decoding() {
  return plan_of({{150, {{0, 150}}},
                  {1, {{160, 71}}},
                  {1, {{160, 70}, {260, 1}}},
                  {1, {{160, 64}, {280, 1}}},
                  {3, {{300, 16}, {250, 7}}},
                  {1, {{270, 1}}}},
                 Mask::kCausal);
}

std::vector<NamedPlan> plans() {
  AttentionPlan mixed = plan_of({{9, {{0, 9}}}, {4, {{9, 20}, {60, 4}}}}, Mask::kCausal);
  const AttentionPlan full = plan_of({{5, {{70, 50}}}, {5, {{70, 50}}}}, Mask::kFull);
  for (QuerySegment segment : full.segments) {
    segment.begin += 13;
    segment.first_span += mixed.spans.size();
    mixed.segments.push_back(segment);
  }
  mixed.spans.insert(mixed.spans.end(), full.spans.begin(), full.spans.end());
  const std::vector<std::int64_t> queries{3, 1, 7, 1}, keys{5, 90, 20, 1}, same{6, 6, 6};
  return {{"one token", self({{1}})},
          {"equal lengths", self({{8}, {8}, {8}})},
          {"ragged", self({{3}, {40}, {1}, {17}, {16}, {33}})},
          {"prefixes three levels deep",
           self({{40}, {35, 0}, {20, 1}, {5, 2}, {6, 2}, {33, 2}, {1, 1}, {7, 0}, {9}})},
          {"a long prompt and decoding rows", prompt_and_decoding()},
          {"a long text behind a prefix",
           plan_of({{600, {{0, 40}, {70, 600}}}, {300, {{700, 301}}}}, Mask::kCausal)},
          {"cross", cross_plan(queries, keys)},
          {"cross, equal lengths", cross_plan(same, std::vector<std::int64_t>{4, 4, 4})},
          {"encoder", cross_plan(same, same)},
          {"beams over one source", plan_of({{1, {{0, 60}}}, {1, {{0, 60}}}, {2, {{0, 60}}}}, Mask::kFull)},
          {"decoding behind the first rows of a pool",
           plan_of({{1, {{0, 64}, {100, 1}}}, {1, {{0, 64}, {110, 3}}}, {1, {{0, 64}, {120, 2}}}},
                   Mask::kCausal)},
          {"both masks", mixed}};
}

at::Tensor random(at::IntArrayRef shape, std::uint64_t seed, at::ScalarType type) {
  return at::empty(shape, at::kDouble).normal_(0, 1, at::detail::createCPUGenerator(seed)).to(type);
}

/// Query, keys and values; the pool is larger than what the plan names, and what it does not name is NaN.
struct Operands {
  at::Tensor query, keys, values;
};
Operands operands(const AttentionPlan& plan, std::int64_t group, std::int64_t width, Numerics numerics) {
  std::int64_t rows = 0;
  for (const KeySpan& span : plan.spans) rows = std::max(rows, span.begin + span.length);
  at::Tensor named = at::zeros({rows + 5, 1, 1}, at::kBool);
  for (const KeySpan& span : plan.spans) named.narrow(0, span.begin, span.length).fill_(true);
  const auto pool = [&](std::uint64_t seed) {
    return random({rows + 5, 2, width}, seed, numerics.cache).masked_fill(named.logical_not(), NAN);
  };
  return {random({plan.queries(), 2 * group, width}, 1, numerics.arithmetic), pool(2), pool(3)};
}

/// The definition in float64 on the same numbers.
at::Tensor truth_of(const Operands& in, const AttentionPlan& plan) {
  return attention_reference(in.query.to(at::kDouble), in.keys.to(at::kDouble), in.values.to(at::kDouble),
                             plan);
}

double margin_of(at::ScalarType arithmetic) {
  return arithmetic == at::kDouble ? 1e-12 : arithmetic == at::kFloat ? 1e-5 : 3e-2;
}

double error_of(const at::Tensor& found, const at::Tensor& truth) {
  REQUIRE(found.sizes() == truth.sizes());
  return (found.to(at::kDouble) - truth).abs().max().item<double>();  // NaN fails every comparison
}

/// Elements of all tensors of a lowered plan.
std::int64_t elements(const Rectangles& plan) {
  std::int64_t count = plan.packed.numel();
  for (const Rectangle& r : plan.all)
    for (const at::Tensor* t : {&r.query_rows, &r.key_rows, &r.visible, &r.columns})
      if (t->defined()) count += t->numel();
  return count;
}
std::int64_t elements(const Parts& plan) {
  std::int64_t count = 0;
  for (const Part& p : plan.all)
    for (const at::Tensor* t : {&p.query_rows, &p.key_rows, &p.cum_queries, &p.cum_keys})
      if (t->defined()) count += t->numel();
  return count;
}

/// One prompt of `length` tokens beside `rows` sequences that decode behind 30 tokens each.
AttentionPlan prompt_beside_rows(std::int64_t length, std::int64_t rows) {
  std::vector<std::pair<std::int64_t, std::vector<KeySpan>>> segments{{length, {{0, length}}}};
  for (std::int64_t i = 0; i < rows; ++i) segments.push_back({1, {{length + 32 * i, 31}}});
  return plan_of(segments, Mask::kCausal);
}

}  // namespace

TEST_CASE("attention: every implementation equals the definition for every plan") {
  const c10::InferenceMode inference;
  for (const auto& [name, plan] : plans())
    for (const Numerics numerics : {Numerics(at::kDouble), Numerics(at::kFloat), Numerics(at::kBFloat16),
                                    Numerics(at::kBFloat16, at::kBFloat16, at::kFloat)})
      for (const std::int64_t group : {1, 3}) {
        INFO(name << ", " << c10::toString(numerics.arithmetic) << " over " << c10::toString(numerics.cache)
                  << ", " << group << " query heads a key head");
        const double margin = margin_of(numerics.arithmetic);
        const Operands in = operands(plan, group, 16, numerics);
        const at::Tensor truth = truth_of(in, plan);
        CHECK(error_of(attention(in.query, in.keys, in.values, rectangles(plan, at::kCPU)), truth) <= margin);
        CHECK(error_of(attention(in.query, in.keys, in.values, prefix_parts(plan, at::kCPU)), truth) <=
              margin);
        if (numerics.arithmetic != at::kDouble)
          CHECK(error_of(attention(in.query, in.keys, in.values, plan), truth) <= margin);
        if (const auto batch = equal_batch(plan))
          CHECK(error_of(attention(in.query, in.keys, in.values, *batch), truth) <= margin);
      }
}

TEST_CASE("attention: which plans are equal batches") {
  for (const auto& [name, plan] : plans()) {
    INFO(name);
    const bool expected =
        name == "one token" || name.find("equal lengths") != std::string::npos || name == "encoder";
    CHECK(equal_batch(plan).has_value() == expected);
  }
}

TEST_CASE("attention: the CPU kernel for all widths and types of query and cache") {
  const c10::InferenceMode inference;
  const AttentionPlan plan = plan_of({{12, {{200, 90}, {5, 12}}},
                                      {7, {{290, 7}}},
                                      {1, {{0, 3}, {100, 77}, {20, 1}}},
                                      {2, {{30, 65}, {180, 2}}}},
                                     Mask::kCausal);
  for (const std::int64_t width : {2, 8, 16, 20, 32, 64, 128})
    for (const std::int64_t group : {1, 3})
      for (const at::ScalarType arithmetic : {at::kFloat, at::kBFloat16, at::kHalf})
        for (const at::ScalarType cache : {at::kFloat, at::kBFloat16, at::kHalf}) {
          INFO(width << " wide, " << group << " query heads a key head, " << c10::toString(arithmetic)
                     << " over " << c10::toString(cache));
          const Operands in = operands(plan, group, width, {arithmetic, arithmetic, cache});
          const at::Tensor found = attention(in.query, in.keys, in.values, plan);
          CHECK(found.scalar_type() == arithmetic);
          CHECK(error_of(found, truth_of(in, plan)) <= margin_of(arithmetic));
        }
}

TEST_CASE("attention: the CPU kernel reads every float16 number exactly") {
  const c10::InferenceMode inference;
  // One key: its value is the result. All bit patterns as values, 128 a row.
  at::Tensor bits = at::arange(1 << 16, at::kInt).to(at::kShort);
  for (const at::ScalarType type : {at::kHalf, at::kBFloat16}) {
    const at::Tensor values = bits.view(type).view({512, 1, 128});
    std::vector<std::pair<std::int64_t, std::vector<KeySpan>>> rows;
    for (std::int64_t i = 0; i < 512; ++i) rows.push_back({1, {{i, 1}}});
    const AttentionPlan plan = plan_of(rows, Mask::kCausal);
    const at::Tensor zeros = at::zeros({512, 1, 128}, at::kFloat);
    const at::Tensor found = attention(zeros, zeros.to(type), values, plan).view({512, 1, 128});
    const at::Tensor truth = values.to(at::kFloat);
    CHECK(found.isnan().equal(truth.isnan()));
    CHECK(found.nan_to_num(0, INFINITY, -INFINITY).equal(truth.nan_to_num(0, INFINITY, -INFINITY)));
  }
}

TEST_CASE("attention: gradients of equal batches and of ragged plans") {
  for (const auto& [name, plan] : plans()) {
    INFO(name);
    const Operands in = operands(plan, 2, 8, at::kDouble);
    const at::Tensor weight = random({plan.queries(), 4 * 8}, 4, at::kDouble);
    const auto gradients = [&](const auto& run) {
      std::vector<at::Tensor> leaves;
      for (const at::Tensor& t : {in.query, in.keys, in.values})
        leaves.push_back(t.nan_to_num(0.5).set_requires_grad(true));
      (run(leaves[0], leaves[1], leaves[2]) * weight).sum().backward();
      return std::vector<at::Tensor>{leaves[0].grad(), leaves[1].grad(), leaves[2].grad()};
    };
    const auto truth = gradients(
        [&](const auto& q, const auto& k, const auto& v) { return attention_reference(q, k, v, plan); });
    const auto check = [&](const auto& form) {
      const auto found =
          gradients([&](const auto& q, const auto& k, const auto& v) { return attention(q, k, v, form); });
      for (std::size_t i = 0; i < truth.size(); ++i) CHECK(error_of(found[i], truth[i]) <= 1e-12);
    };
    check(rectangles(plan, at::kCPU));
    if (const auto batch = equal_batch(plan)) check(*batch);
  }
}

TEST_CASE("attention: for training the evaluations of a pass keep one mask") {
  const AttentionPlan plan = self({{1000}, {200, 0}});
  const Kernels kernels({at::kCPU, at::kFloat, Purpose::kTraining, 16});
  const LoweredPlan lowered = kernels.lower(plan);
  const auto leaf = [](std::uint64_t seed) {
    return random({1200, 1, 16}, seed, at::kFloat).set_requires_grad(true);
  };
  const at::Tensor q = leaf(1), k = leaf(2), v = leaf(3);
  const Allocations allocations;
  const at::Tensor found = kernels.attention(q, k, v, lowered);
  CHECK(allocations.live() < 200 * 1200 * 4);  // that of one evaluation
  CHECK(error_of(found, truth_of({q, k, v}, plan)) <= 1e-5);
}

TEST_CASE("attention: shared prefixes are parts of their own") {
  // 40 rows seen by six others, 35 of them by four, 20 by three: one part a level, no key row twice in one.
  const Parts parts =
      prefix_parts(self({{40}, {35, 0}, {20, 1}, {5, 2}, {6, 2}, {33, 2}, {1, 1}, {7, 0}}), at::kCPU);
  REQUIRE(parts.all.size() == 4);
  CHECK(parts.all[0].mask == Mask::kCausal);
  CHECK_FALSE(parts.all[0].query_rows.defined());  // all rows
  CHECK_FALSE(parts.all[0].key_rows.defined());    // as they lie
  const std::vector<std::int64_t> shared{40, 35, 20};
  for (std::size_t level = 0; level < 3; ++level) {
    CHECK(parts.all[level + 1].mask == Mask::kFull);
    CHECK(parts.all[level + 1].max_keys == shared[level]);
    CHECK(parts.all[level + 1].cum_keys[-1].item<std::int64_t>() == shared[level]);
  }
  // A fork from the middle of a span shares what is common to both.
  const Parts forked = prefix_parts(prompt_and_decoding(), at::kCPU);
  REQUIRE(forked.all.size() == 2);
  CHECK(forked.all[1].max_keys == 64);
  CHECK(forked.all[1].max_queries == 3);
}

TEST_CASE(
    "attention: lowered plans and temporaries grow with the tokens, not with segments times the longest") {
  const c10::InferenceMode inference;
  constexpr std::int64_t kPrompt = 2000, kRows = 200;
  const AttentionPlan plan = prompt_beside_rows(kPrompt, kRows);
  constexpr std::int64_t kTokens = kPrompt + 31 * kRows;
  const Rectangles padded = rectangles(plan, at::kCPU);
  const Parts parts = prefix_parts(plan, at::kCPU);
  CHECK(elements(padded) <= 4 * kTokens);
  CHECK(elements(parts) <= 2 * kTokens + 2 * kRows);
  const Operands in = operands(plan, 1, 16, at::kFloat);
  const std::int64_t row_bytes = 2 * 16 * 4;
  const auto peak = [&](const auto& form) {
    const Allocations allocations;
    attention(in.query, in.keys, in.values, form);
    return allocations.peak();
  };
  // Padded to the longest they would be 201 * 2000 rows of keys alone: 51 MB. All rows' keys and values are 2
  // MB.
  CHECK(peak(padded) <= 10 * kTokens * row_bytes);
  CHECK(peak(parts) <= 10 * kTokens * row_bytes);
  CHECK(peak(plan) <= 2 * kTokens * row_bytes);
  // A long text behind a prefix needs a mask of 4000 * 5000 entries, never all of it at once.
  const AttentionPlan behind = plan_of({{4000, {{0, 5000}}}}, Mask::kCausal);
  const Operands long_in = operands(behind, 1, 16, at::kFloat);
  const Rectangles pieces = rectangles(behind, at::kCPU);
  const Allocations allocations;
  attention(long_in.query, long_in.keys, long_in.values, pieces);
  CHECK(allocations.peak() <= 30'000'000);
}

TEST_CASE("attention: the CPU kernel touches only rows that the plan names, in every type") {
  const c10::InferenceMode inference;
  constexpr std::int64_t kWidth = 64;
  for (const at::ScalarType type : {at::kFloat, at::kBFloat16, at::kHalf}) {
    INFO(c10::toString(type));
    // A pool whose memory cannot be read but for two runs of rows: reading another one ends the program.
    const auto page = static_cast<std::int64_t>(sysconf(_SC_PAGESIZE));
    const std::int64_t page_rows = page / (kWidth * static_cast<std::int64_t>(c10::elementSize(type)));
    const std::int64_t pages = 1 << 14;
    void* const memory = mmap(nullptr, static_cast<std::size_t>(pages * page), PROT_NONE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    REQUIRE(memory != MAP_FAILED);
    for (const std::int64_t at : {std::int64_t{5}, pages - 2})
      REQUIRE(mprotect(static_cast<char*>(memory) + at * page, static_cast<std::size_t>(page),
                       PROT_READ | PROT_WRITE) == 0);
    const at::Tensor pool = at::from_blob(memory, {pages * page_rows, 1, kWidth}, type);
    const AttentionPlan plan =
        plan_of({{1, {{5 * page_rows, page_rows}, {(pages - 2) * page_rows, page_rows}}},
                 {9, {{5 * page_rows, page_rows}}}},
                Mask::kCausal);
    const at::Tensor query = random({10, 1, kWidth}, 1, type);
    for (const KeySpan& span : plan.spans)
      pool.narrow(0, span.begin, span.length).copy_(random({span.length, 1, kWidth}, 2, type));
    const at::Tensor truth = attention_reference(query.to(at::kDouble), pool, pool, plan);
    CHECK(error_of(attention(query, pool, pool, plan), truth) <= margin_of(type));
    munmap(memory, static_cast<std::size_t>(pages * page));
  }
}

TEST_CASE("attention: parts convert the rows that they name and not the pool") {
  const c10::InferenceMode inference;
  const AttentionPlan plan = self({{40}});
  const at::Tensor query = random({40, 2, 16}, 1, at::kFloat),
                   pool = random({10'000, 2, 16}, 2, at::kBFloat16);
  const Parts parts = prefix_parts(plan, at::kCPU);
  REQUIRE_FALSE(parts.all[0].key_rows.defined());
  const Allocations allocations;
  const at::Tensor found = attention(query, pool, pool, parts);
  CHECK(allocations.peak() < 2 * static_cast<std::int64_t>(pool.nbytes()) / 4);
  CHECK(error_of(found, attention_reference(query.to(at::kDouble), pool, pool, plan)) <= 1e-5);
}

TEST_CASE("attention: partial results merge exactly") {
  const c10::InferenceMode inference;
  // Keys in two halves, the second only for some rows.
  const at::Tensor query = random({5, 2, 8}, 1, at::kDouble), keys = random({30, 2, 8}, 2, at::kDouble),
                   values = random({30, 2, 8}, 3, at::kDouble);
  const auto ends = [](std::int32_t end) { return at::tensor(std::vector<std::int32_t>{0, end}, at::kInt); };
  const at::Tensor some = at::tensor(std::vector<std::int64_t>{1, 4}, at::kLong);
  PartialAttention sum = attend(query, keys, values, {Mask::kFull, {}, {}, ends(5), ends(10), 5, 10, 10});
  const at::Tensor rest = at::arange(10, 30, at::kLong);
  sum.merge(attend(query, keys, values, {Mask::kFull, some, rest, ends(2), ends(20), 2, 20, 20}), some);
  const auto truth = [&](std::int64_t count) {
    return attention_reference(query, keys, values, plan_of({{5, {{0, count}}}}, Mask::kFull))
        .view({5, 2, 8});
  };
  at::Tensor expected = truth(10).index_copy(0, some, truth(30).index_select(0, some));
  CHECK(error_of(sum.output, expected) <= 1e-12);
  const at::Tensor scores = at::einsum("nhc,mhc->nhm", {query, keys}) / std::sqrt(8.0);
  CHECK(error_of(sum.log_sum_exp.index_select(0, some), scores.logsumexp(-1).index_select(0, some)) <= 1e-12);
}

TEST_CASE("attention on the GPU: every type and plan", "[gpu]") {
  if (parse_device("auto").is_cpu()) {
    WARN("SKIPPED: no CUDA device is there");
    return;
  }
  const c10::InferenceMode inference;
  const at::Device device = parse_device("cuda");
  for (const auto& [name, plan] : plans())
    for (const Numerics numerics :
         {Numerics(at::kDouble), Numerics(at::kFloat), Numerics(at::kBFloat16), Numerics(at::kHalf),
          Numerics(at::kBFloat16, at::kBFloat16, at::kFloat)}) {
      INFO(name << ", " << c10::toString(numerics.arithmetic) << " over " << c10::toString(numerics.cache));
      const Operands in = operands(plan, 3, 64, numerics);
      const Kernels kernels({device, numerics, Purpose::kInference, 64});
      const at::Tensor found = kernels.attention(in.query.to(device), in.keys.to(device),
                                                 in.values.to(device), kernels.lower(plan));
      CHECK(error_of(found.cpu(), truth_of(in, plan)) <= margin_of(numerics.arithmetic));
    }
}

}  // namespace iiet::test
