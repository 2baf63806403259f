#include <map>
#include <numeric>

#include <ATen/CPUGeneratorImpl.h>
#include <c10/core/InferenceMode.h>

#include "tests/support/models.hpp"
#include "tests/support/shared.hpp"

// What holds for every variant in the registry: a new one is tested without a new test.
namespace iiet::test {
namespace {

/// Logits behind every token of `ids` as rows, from one pass without a cache.
at::Tensor full_logits(const LanguageModel& model, const std::vector<TokenId>& ids, const Pass& pass = {}) {
  std::vector<std::int64_t> rows(ids.size());
  std::iota(rows.begin(), rows.end(), std::int64_t{0});
  const PackedTokens tokens{ids, {{static_cast<std::int64_t>(ids.size()), -1, -1}}};
  return model.logits(model.hidden(tokens, rows, pass), pass.purpose);
}

/// Feeds `ids` to a sequence of the cache; logits behind each of them.
at::Tensor feed(const LanguageModel& model, KvCache& cache, std::int32_t sequence, std::vector<TokenId> ids) {
  std::vector<std::int64_t> rows(ids.size());
  std::iota(rows.begin(), rows.end(), std::int64_t{0});
  const auto length = static_cast<std::int64_t>(ids.size());
  return model.logits(model.hidden({std::move(ids), {{length, -1, sequence}}}, rows, {.cache = &cache}));
}

void require_close(const at::Tensor& a, const at::Tensor& b, double margin) {
  REQUIRE(a.sizes() == b.sizes());
  CHECK((a - b).abs().max().item<double>() <= margin);
}

/// Writes down what it is told and ends the pass behind a layer.
struct Recorder : Observer {
  explicit Recorder(std::int64_t last_layer) : last_layer(last_layer) {}
  std::int64_t last_layer;
  std::string events;
  std::vector<at::Tensor> states;
  void embedded(const at::Tensor&) override { events = "embedding"; }
  void evaluated(std::int64_t layer, std::int64_t evaluation, const at::Tensor& output) override {
    events += fmt::format(" {}.{}", layer, evaluation);
    CHECK(output.size(0) == 11);
  }
  Verdict layer_ended(std::int64_t layer, const at::Tensor& state) override {
    events += fmt::format(" state {}", layer);
    states.push_back(state);
    return layer == last_layer ? Verdict::kStop : Verdict::kGoOn;
  }
};

/// The norm of a state [D] and the model's last norm.
at::Tensor normed(const OdeTransformer& model, const at::Tensor& state) {
  for (const NamedTensor& p : named_tensors(model.parameters()))
    if (p.name == "model.norm.weight")
      return state * at::rsqrt(state.square().mean() + model.config().rms_norm_eps) * p.tensor;
  throw Error("no last norm");
}

std::vector<TokenId> joined(std::vector<TokenId> a, const std::vector<TokenId>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

}  // namespace

TEST_CASE("every variant: token by token through the cache equals one full pass") {
  const c10::InferenceMode inference;
  for (const Variant& variant : Registry<Variant>::all()) {
    INFO(variant.name);
    const auto model = small_model(variant.name, at::kDouble);
    const auto ids = random_ids(37, 97, 1);
    const at::Tensor expected = full_logits(*model, ids);
    KvCache cache = model->make_cache();
    const auto sequence = cache.add();
    std::vector<at::Tensor> steps;
    for (const TokenId id : ids) steps.push_back(feed(*model, cache, sequence, {id}));
    CHECK(cache.length(sequence) == 37);
    require_close(at::cat(steps), expected, 1e-9);
  }
}

TEST_CASE("every variant: forked sequences share a prefix and go apart") {
  const c10::InferenceMode inference;
  for (const Variant& variant : Registry<Variant>::all()) {
    INFO(variant.name);
    const auto model = small_model(variant.name, at::kDouble);
    const auto prefix = random_ids(21, 97, 2), left = random_ids(9, 97, 3), right = random_ids(14, 97, 4);
    KvCache cache = model->make_cache();
    const auto a = cache.add();
    feed(*model, cache, a, prefix);
    const auto b = cache.fork(a);
    const at::Tensor after_a = feed(*model, cache, a, left);
    const at::Tensor after_b = feed(*model, cache, b, right);
    require_close(after_a, full_logits(*model, joined(prefix, left)).narrow(0, 21, 9), 1e-9);
    require_close(after_b, full_logits(*model, joined(prefix, right)).narrow(0, 21, 14), 1e-9);
    // Beams: the second twice, the first gone.
    const std::vector<std::int32_t> parents{b, b};
    const auto beams = cache.gather(parents);
    const at::Tensor next = feed(*model, cache, beams[1], left);
    require_close(next, full_logits(*model, joined(joined(prefix, right), left)).narrow(0, 35, 9), 1e-9);
    CHECK(cache.length(beams[0]) == 35);
  }
}

TEST_CASE("every variant: a ragged batch equals single sequences, with and without a cache") {
  const c10::InferenceMode inference;
  for (const Variant& variant : Registry<Variant>::all()) {
    INFO(variant.name);
    const auto model = small_model(variant.name, at::kDouble);
    PackedTokens packed, cached;
    KvCache cache = model->make_cache();
    std::vector<at::Tensor> single;
    for (std::size_t i = 0; i < 5; ++i) {
      const auto ids = random_ids(1 + 7 * i, 97, 10 + i);
      single.push_back(full_logits(*model, ids));
      packed.ids.insert(packed.ids.end(), ids.begin(), ids.end());
      packed.segments.push_back({static_cast<std::int64_t>(ids.size()), -1, -1});
      cached.segments.push_back({static_cast<std::int64_t>(ids.size()), -1, cache.add()});
    }
    cached.ids = packed.ids;
    std::vector<std::int64_t> rows(packed.ids.size());
    std::iota(rows.begin(), rows.end(), std::int64_t{0});
    require_close(model->logits(model->hidden(packed, rows)), at::cat(single), 1e-9);
    require_close(model->logits(model->hidden(cached, rows, {.cache = &cache})), at::cat(single), 1e-9);
  }
}

TEST_CASE("every variant: segments behind a parent equal whole sequences") {
  const c10::InferenceMode inference;
  for (const Variant& variant : Registry<Variant>::all()) {
    INFO(variant.name);
    for (const at::ScalarType type : {at::kFloat, at::kDouble}) {
      const auto model = small_model(variant.name, type);
      const auto root = random_ids(9, 97, 5), middle = random_ids(4, 97, 6), a = random_ids(3, 97, 7),
                 b = random_ids(6, 97, 8);
      const PackedTokens tokens{joined(joined(joined(root, middle), a), b),
                                {{9, -1}, {4, 0}, {3, 1}, {6, 0}}};
      std::vector<std::int64_t> rows(tokens.ids.size());
      std::iota(rows.begin(), rows.end(), std::int64_t{0});
      const at::Tensor found = model->logits(model->hidden(tokens, rows));
      const double margin = type == at::kDouble ? 1e-9 : 1e-4;
      const at::Tensor deep = full_logits(*model, joined(joined(root, middle), a));
      require_close(found.narrow(0, 0, 16), deep, margin);
      require_close(found.narrow(0, 16, 6), full_logits(*model, joined(root, b)).narrow(0, 9, 6), margin);
    }
  }
}

TEST_CASE("a pack that is none is an error") {
  const auto model = small_model("transformer");
  const auto refused = [&](std::vector<Segment> segments, const Pass& pass = {}) {
    CHECK_THROWS_AS(model->hidden({{1, 2, 3}, std::move(segments)}, std::vector<std::int64_t>{0}, pass),
                    Error);
  };
  refused({{3}, {0}});
  refused({{4}, {-1}});
  refused({{2}});
  refused({{2}, {2, 0}});
  refused({{2}, {1, 1}});
  refused({{2, 1}, {1}});
  KvCache cache = model->make_cache();
  const auto first = cache.add(), second = cache.add();
  refused({{2, -1, first}, {1, 0, second}}, {.cache = &cache});
  CHECK(cache.length(first) == 0);
}

TEST_CASE("every variant: as many evaluations as declared") {
  const c10::InferenceMode inference;
  for (const Variant& variant : Registry<Variant>::all()) {
    INFO(variant.name);
    const ModelConfig config = small_config(variant.name);
    const auto schemes = variant.schemes(config);
    REQUIRE(schemes.size() == 3);
    const Steps steps = make_steps(schemes, config.hidden_size, at::kDouble);
    initialise(steps.parameters, 0.1, 1);
    Trajectory y{at::ones({2, config.hidden_size}, at::kDouble), {}};
    for (std::size_t l = 0; l < schemes.size(); ++l) {
      std::int64_t calls = 0;
      steps.layers[l]->advance([&](const at::Tensor& x) { return ++calls, x * 1.1; }, y);
      CHECK(calls == steps.layers[l]->evaluations());
      CHECK(calls == evaluations(schemes[l]));
      CHECK(calls == cost_of(config).evaluations[l]);
    }
  }
}

TEST_CASE("every variant: an observer sees every evaluation and can end the pass") {
  const c10::InferenceMode inference;
  for (const Variant& variant : Registry<Variant>::all()) {
    INFO(variant.name);
    const auto model = small_model(variant.name, at::kDouble);
    const auto ids = random_ids(11, 97, 12);
    const auto evaluations = cost_of(model->config()).evaluations;
    for (std::int64_t last = 1; last < 3; ++last) {
      std::string expected = "embedding";
      for (std::int64_t layer = 0; layer <= last; ++layer) {
        for (std::int64_t e = 0; e < evaluations[layer]; ++e) expected += fmt::format(" {}.{}", layer, e);
        expected += fmt::format(" state {}", layer);
      }
      Recorder recorder(last);
      KvCache cache = model->make_cache();
      const auto sequence = cache.add();
      const std::vector<std::int64_t> row{10};
      const at::Tensor hidden =
          model->hidden({ids, {{11, -1, sequence}}}, row, {.cache = &cache, .observer = &recorder});
      CHECK(recorder.events == expected);
      require_close(hidden[0], normed(*model, recorder.states.back()[10]), 1e-12);
      CHECK(cache.length(sequence) == 0);  // a pass that was ended leaves nothing half-filled
    }
    Recorder silent(-1);
    CHECK(full_logits(*model, ids, {.observer = &silent}).equal(full_logits(*model, ids)));
    CHECK(silent.states.size() == 3);
  }
}

TEST_CASE("every variant: saved and loaded again it is the same") {
  const c10::InferenceMode inference;
  for (const Variant& variant : Registry<Variant>::all()) {
    INFO(variant.name);
    const TemporaryFolder folder;
    const auto model = small_model(variant.name);
    save_model(*model, folder.path());
    const auto again = load_model(folder.path(), {});
    CHECK(to_json(again->config()) == to_json(model->config()));
    const auto before = named_tensors(model->parameters()), after = named_tensors(again->parameters());
    REQUIRE(before.size() == after.size());
    for (std::size_t i = 0; i < before.size(); ++i) {
      CHECK(before[i].name == after[i].name);
      CHECK(before[i].tensor.equal(after[i].tensor));
    }
    CHECK(again->config().notes.empty());
  }
}

TEST_CASE("a fresh model's numbers are drawn in the order of checkpoints, whatever is fused") {
  const auto model = fresh_model(small_config("transformer"), {}, 5);
  std::map<std::string, at::Tensor> found;
  for (const NamedTensor& named : named_tensors(model->parameters())) found[named.name] = named.tensor;
  const at::Generator generator = at::detail::createCPUGenerator(5);
  std::vector<std::string> names{"model.embed_tokens"};
  for (int layer = 0; layer < 3; ++layer)
    for (const char* part : {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj",
                             "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"})
      names.push_back(fmt::format("model.layers.{}.{}", layer, part));
  names.emplace_back("lm_head");
  for (const std::string& name : names) {
    INFO(name);
    const at::Tensor tensor = found.at(name + ".weight");
    const at::Tensor expected = at::empty(tensor.sizes(), at::kDouble).normal_(0, 0.3, generator);
    CHECK(tensor.equal(expected.to(at::kFloat)));
  }
}

TEST_CASE("every variant: parameters of another type are those of the arithmetic, converted") {
  const c10::InferenceMode inference;
  for (const Variant& variant : Registry<Variant>::all()) {
    INFO(variant.name);
    const auto narrow = small_model(variant.name, {at::kBFloat16, at::kDouble, at::kDouble});
    const auto wide = small_model(variant.name, at::kDouble);
    const auto from = named_tensors(narrow->parameters()), to = named_tensors(wide->parameters());
    for (std::size_t i = 0; i < from.size(); ++i) to[i].tensor.copy_(from[i].tensor);
    const auto ids = random_ids(13, 97, 30);
    CHECK(full_logits(*narrow, ids).equal(full_logits(*wide, ids)));
  }
}

TEST_CASE("every variant: greedy decoding is the same for any batch and equals full passes") {
  const c10::InferenceMode inference;
  for (const Variant& variant : Registry<Variant>::all()) {
    INFO(variant.name);
    const auto model = small_model(variant.name, at::kDouble);
    std::vector<std::vector<TokenId>> prompts;
    for (std::size_t i = 0; i < 7; ++i) prompts.push_back(random_ids(1 + 3 * i, 97, 20 + i));
    std::vector<std::vector<TokenId>> expected;
    for (const auto& prompt : prompts) {
      std::vector<TokenId> all = prompt;
      for (int i = 0; i < 6; ++i) all.push_back(full_logits(*model, all)[-1].argmax().item<TokenId>());
      expected.emplace_back(all.begin() + static_cast<std::ptrdiff_t>(prompt.size()), all.end());
    }
    for (const std::int64_t batch : {1, 4, 64})
      CHECK(best_ids(generated(*model, prompts_of(prompts, 6), {}, {.batch = batch})) == expected);
  }
}

}  // namespace iiet::test
