// Answers that runs share through a cache: asked for what is the same in everything, and for nothing else.

#include "harness/run/kept_answers.hpp"
#include "tests/run/recorder.hpp"

namespace iiet::test {

namespace fs = std::filesystem;

namespace {

/// The report of a run that shares `place`'s cache.
Json report_with_cache(const RunPlace& place, const std::function<void(RunOptions&)>& change = {}) {
  RunOptions options = place.options();
  options.output = (place.out / "with").string();
  options.tasks = "copa,wikitext,gsm8k";
  options.generation.max_new_tokens = 4;
  options.cache = (place.folder.path() / "cache").string();
  if (change) change(options);
  Recorder recorder;
  Run run(options, recorder);
  run.execute();
  return to_json(run.report());
}

std::size_t cached(const Json& report) {
  std::size_t count = 0;
  for (const Json& result : report["results"]) {
    CHECK(result["error"].is_null());
    count += result.value("cached_requests", std::size_t{0});
  }
  return count;
}

/// Fails in one of its ways.
struct BrokenStore : AnswerStore {
  bool reads = true;
  std::size_t writes = 0;
  std::optional<Response> find(const Key&) override {
    if (!reads) throw Error("cannot be read");
    return Response{};
  }
  void add(const Key&, const Response&) override {
    ++writes;
    throw Error("cannot be written");
  }
  void flush() override { throw Error("cannot be written"); }
};

}  // namespace

TEST_CASE("a cache that fails is told of once and costs no work") {
  auto broken = std::make_unique<BrokenStore>();
  BrokenStore& inner = *broken;
  std::vector<std::string> told;
  KeptStore store(std::move(broken), [&](const std::string& line) { told.push_back(line); });
  for (int i = 0; i < 2; ++i) {
    CHECK(store.find({}).has_value());
    store.add({}, {});
    store.flush();
  }
  CHECK(inner.writes == 1);
  CHECK(told.size() == 1);
  inner.reads = false;
  for (int i = 0; i < 2; ++i) CHECK(!store.find({}).has_value());
  CHECK(told.size() == 2);
}

TEST_CASE("a run with a cache computes nothing twice and says so") {
  const RunPlace place;
  const Json first = report_with_cache(place), second = report_with_cache(place);
  CHECK(cached(first) == 0);
  CHECK(cached(second) == 3 * 2 + 3 + 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(first["results"][i]["metrics"] == second["results"][i]["metrics"]);
    CHECK(first["results"][i]["truncated_requests"] == second["results"][i]["truncated_requests"]);
    CHECK(second["results"][i]["throughput"]["requests"] == 0);
    CHECK(second["results"][i]["throughput"]["tokens_fed"] == 0);
  }
  const Json more = report_with_cache(place, [](RunOptions& o) { o.limit = 4; });
  CHECK(cached(more) == cached(second));
  CHECK(more["results"][0]["throughput"]["requests"] == 2);
}

TEST_CASE("a cache never answers for another model, dtype, tokenizer or way of asking") {
  const RunPlace place;
  report_with_cache(place);
  const fs::path other = place.folder.path() / "transformer";
  fs::copy(project_root() / "models" / "checkpoints" / "transformer", other);
  fs::remove(other / "tokenizer.model");
  fs::copy(project_root() / "tests" / "golden" / "byte_level_bpe" / "tokenizer.json", other);
  const auto answers = [&](const std::function<void(RunOptions&)>& change) {
    return cached(report_with_cache(place, change));
  };
  CHECK(answers([](RunOptions& o) { o.models = "iiet"; }) == 0);
  CHECK(answers([](RunOptions& o) { o.models = "transformer:rms_norm_eps=0.1"; }) == 0);
  CHECK(answers([](RunOptions& o) { o.models = "null"; }) == 0);
  const auto of_other = [&](RunOptions& o) { o.models = other.string(); };
  CHECK(answers(of_other) == 0);
  CHECK(answers(of_other) > 0);
  write_file_atomically(other / "tokenizer_config.json", R"({"add_prefix_space": true})");
  CHECK(answers(of_other) == 0);
  CHECK(answers([](RunOptions& o) { o.model.dtype = "float64"; }) == 0);
  CHECK(answers([](RunOptions& o) { o.model.max_length = 300; }) == 0);
  CHECK(answers([](RunOptions& o) { o.model.adds_bos = false; }) == 0);
  CHECK(answers([](RunOptions& o) { o.model.truncates_continuations = true; }) == 0);
  const auto generated = [](const std::function<void(RunOptions&)>& change) {
    return [change](RunOptions& o) {
      o.tasks = "gsm8k";
      change(o);
    };
  };
  CHECK(answers(generated([](RunOptions& o) { o.generation.beam = 2; })) == 0);
  CHECK(answers(generated([](RunOptions& o) { o.generation.max_new_tokens = 5; })) == 0);
  CHECK(answers(generated([](RunOptions& o) { o.num_fewshot = 1; })) == 0);
  CHECK(answers({}) == 3 * 2 + 3 + 3);
}

}  // namespace iiet::test
