#include "models/kv_cache.hpp"

#include <c10/core/InferenceMode.h>

#include "harness/base/error.hpp"
#include "tests/support/allocations.hpp"
#include "tests/support/models.hpp"
#include "tests/support/shared.hpp"

namespace iiet::test {
namespace {

PackedTokens segment(std::int64_t length, std::int32_t sequence) { return {{}, {{length, -1, sequence}}}; }

void extend(KvCache& cache, std::int64_t length, std::int32_t sequence) {
  cache.append(segment(length, sequence));
  cache.commit();
}

/// Bytes that LibTorch allocates for one token more behind 20 in a cache that holds `others` like it.
std::int64_t bytes_of_step(const OdeTransformer& model, std::int64_t others) {
  KvCache cache = model.make_cache();
  const std::vector<std::int64_t> last{19};
  std::int32_t sequence = 0;
  for (std::int64_t i = 0; i <= others; ++i) {
    sequence = cache.add();
    model.hidden({random_ids(20, 97, 1), {{20, -1, sequence}}}, last, {.cache = &cache});
  }
  const std::int64_t pool = cache.bytes();
  const Allocations allocations;
  model.hidden({{5}, {{1, -1, sequence}}}, std::vector<std::int64_t>{0}, {.cache = &cache});
  CHECK(cache.bytes() == pool);
  return allocations.total();
}

}  // namespace

TEST_CASE("cache: what is stored comes back, in the cache's type") {
  const c10::InferenceMode inference;
  for (const at::ScalarType type : {at::kFloat, at::kBFloat16, at::kHalf}) {
    KvCache cache({2, 3, 4}, at::TensorOptions(type));
    const auto first = cache.add(), second = cache.add();
    extend(cache, 5, first);
    const KvCache::Append append = cache.append({{}, {{30, -1, second}, {2, -1, first}}});
    const at::Tensor keys = at::randn({32, 3, 4}), values = at::randn({32, 3, 4});
    cache.store(1, append, keys, values);
    CHECK(cache.keys(1).scalar_type() == type);
    CHECK(cache.keys(1).index_select(0, append.rows).equal(keys.to(type)));
    CHECK(cache.values(1).index_select(0, append.rows).equal(values.to(type)));
    REQUIRE(append.plan.segments.size() == 2);
    CHECK(append.plan.segments[0].keys == 30);
    CHECK(append.plan.segments[1].keys == 7);
    CHECK(positions_of(append.plan)[31] == 6);
  }
}

TEST_CASE("cache: growing copies each row a few times at most, and one slot at a time") {
  const c10::InferenceMode inference;
  constexpr std::int64_t kSlots = 8;
  {
    const Allocations allocations;
    KvCache cache({kSlots, 2, 16}, at::kFloat);
    extend(cache, 5000, cache.add());  // a prompt: room for it is made once
    CHECK(allocations.total() <= cache.bytes() + 5000 * 8 * 2);
    CHECK(cache.bytes() <= 5016 * kSlots * 2 * 2 * 16 * 4);
  }
  const Allocations allocations;
  KvCache cache({kSlots, 2, 16}, at::kFloat);
  const auto sequence = cache.add();
  for (int i = 0; i < 2000; ++i) extend(cache, 1, sequence);
  CHECK(allocations.total() <= 3 * cache.bytes());
  CHECK(allocations.peak() <= cache.bytes() * (kSlots + 1) / kSlots);
}

TEST_CASE("cache: a step costs what its sequences cost, however large the pool is") {
  const c10::InferenceMode inference;
  for (const at::ScalarType type : {at::kFloat, at::kBFloat16, at::kHalf}) {
    INFO(c10::toString(type));
    const auto model = small_model("iiet", type);
    CHECK(bytes_of_step(*model, 64) == bytes_of_step(*model, 0));
  }
}

TEST_CASE("cache: keys and values may have another type than the arithmetic") {
  const c10::InferenceMode inference;
  const auto logits = [](const Numerics& numerics) {
    const auto model = fresh_model(small_config("iiet"), {numerics, at::kCPU, {}}, 7);
    KvCache cache = model->make_cache();
    CHECK(cache.keys(0).scalar_type() == numerics.cache);
    const auto sequence = cache.add();
    std::vector<at::Tensor> rows;
    for (const TokenId id : random_ids(20, 97, 3))
      rows.push_back(model->logits(
          model->hidden({{id}, {{1, -1, sequence}}}, std::vector<std::int64_t>{0}, {.cache = &cache})));
    return std::pair(at::cat(rows).to(at::kDouble), cache.bytes());
  };
  const auto error = [](const at::Tensor& a, const at::Tensor& b) {
    return (a - b).abs().max().item<double>();
  };
  for (const at::ScalarType arithmetic : {at::kFloat, at::kDouble}) {
    const auto [same, bytes] = logits(arithmetic);
    const auto [rounded, fewer] = logits({arithmetic, arithmetic, at::kBFloat16});
    CHECK(fewer * static_cast<std::int64_t>(c10::elementSize(arithmetic)) == bytes * 2);
    CHECK(error(rounded, same) > 1e-5);  // bfloat16 has eight bits
    CHECK(error(rounded, same) < 0.1 * same.abs().max().item<double>());
  }
}

TEST_CASE("cache: passes in inference mode and outside take turns") {
  const auto model = small_model("iiet");
  KvCache cache = model->make_cache();
  const std::vector<std::int64_t> last{199};
  std::vector<std::int32_t> sequences{cache.add(), cache.add(), cache.add()};
  std::vector<at::Tensor> rows;
  for (std::size_t i = 0; i < sequences.size(); ++i) {  // each makes the pool grow
    const c10::InferenceMode inference(i != 1);
    rows.push_back(
        model->hidden({random_ids(200, 97, 1), {{200, -1, sequences[i]}}}, last, {.cache = &cache}));
    CHECK_FALSE(cache.keys(0).is_inference());
  }
  CHECK(rows[0].equal(rows[1]));
  CHECK(rows[0].equal(rows[2]));
}

TEST_CASE("cache: misuse is an error") {
  KvCache cache({1, 1, 4}, at::kFloat);
  const auto sequence = cache.add();
  CHECK_THROWS_AS(cache.length(sequence + 1), Error);
  CHECK_THROWS_AS(cache.append({{}, {{1, -1, sequence}, {1, -1, sequence}}}), Error);
  cache.release(sequence);
  CHECK_THROWS_AS(cache.fork(sequence), Error);
}

}  // namespace iiet::test
