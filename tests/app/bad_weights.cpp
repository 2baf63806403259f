// Weights files that lie, are cut short or do not fit: refused by name, before anything is evaluated.

#include <cmath>
#include <limits>

#include "harness/base/files.hpp"
#include "tests/app/small_model.hpp"

namespace iiet::test {
namespace {

namespace fs = std::filesystem;

/// Weights files and what is to be said about each. All are tried in one run beside a good model, so that
/// this also shows that each fails alone.
class BadWeights {
 public:
  void file(const std::string& content, const std::vector<std::string>& parts) {
    cases_.push_back({content, parts});
  }
  /// An honest header, changed by `change`, before honest data.
  template <typename Change>
  void header(const Change& change, const std::vector<std::string>& parts) {
    Json header = header_of(weights_);
    change(header);
    file(safetensors(header.dump(), weights_), parts);
  }
  /// One member of the entry of model.norm.weight.
  void entry(const char* member, const Json& value, const std::vector<std::string>& parts) {
    header([&](Json& h) { h["model.norm.weight"][member] = value; }, parts);
  }
  /// Honest weights, changed by `change`.
  template <typename Change>
  void weights(const Change& change, const std::vector<std::string>& parts) {
    Weights changed = weights_;
    change(changed);
    file(safetensors(changed), parts);
  }
  void check_all() const;

 private:
  struct Case {
    std::string content;
    std::vector<std::string> parts;
  };
  const Weights weights_ = small_weights();
  std::vector<Case> cases_;
};

void BadWeights::check_all() const {
  const TemporaryFolder folder;
  write_model(folder.path() / "good");
  std::string models = (folder.path() / "good").string();
  for (std::size_t i = 0; i < cases_.size(); ++i) {
    const fs::path model = folder.path() / std::to_string(i);
    write_model(model, small_config(), cases_[i].content);
    models += "," + model.string();
  }
  const fs::path report_file = folder.path() / "r.json";
  const Run run = run_program({"--models", models, "--tasks", "copa", "--limit", "1", "--bootstrap-iters",
                               "0", "--confirm-sample-data", "--output", report_file.string()});
  CHECK(run.exit_code == 1);
  const Json report = read_json(report_file);
  REQUIRE(report["results"].size() == cases_.size() + 1);
  CHECK(report["results"][0]["status"] == "ok");
  const auto lines = lines_of(run.err);
  REQUIRE(lines.size() == cases_.size() + 1);  // the last one names the report
  for (std::size_t i = 0; i < cases_.size(); ++i) {
    CHECK(lines[i].starts_with("iiet-eval: failed: "));
    REQUIRE(report["results"][i + 1]["status"] == "failed");
    const std::string error = report["results"][i + 1]["error"];
    INFO(error);
    CHECK(error.size() < 500);
    CHECK(error.find((folder.path() / std::to_string(i)).string()) != std::string::npos);
    for (const std::string& part : cases_[i].parts) {
      INFO("expected: " << part);
      CHECK(error.find(part) != std::string::npos);
    }
  }
}

const std::string kLine = R"({"ids": [1, 2, 3]})"
                          "\n";

Run score_with(const fs::path& folder) { return run_program({"score", "--model", folder.string()}, kLine); }

constexpr const char* kNorm = "model.norm.weight";
constexpr const char* kEmbedding = "model.embed_tokens.weight";

}  // namespace

TEST_CASE("the honest small model is accepted") {
  const TemporaryFolder folder;
  write_model(folder.path() / "m");
  const Run run = score_with(folder.path() / "m");
  INFO(run.err);
  CHECK(run.exit_code == 0);
  CHECK(run.err.empty());
  CHECK(Json::parse(run.out)["logprobs"].size() == 2);
}

TEST_CASE("a weights file that is empty, cut short or too long") {
  BadWeights bad;
  const std::string file = safetensors(small_weights());
  bad.file("", {"model.safetensors", "8 bytes"});
  bad.file(file.substr(0, 5), {"model.safetensors", "8 bytes"});
  bad.file(file.substr(0, 100), {"model.safetensors", "does not fit into the file"});
  bad.file(file.substr(0, file.size() - 1), {kNorm, "truncated or damaged"});
  bad.file(file + "x", {"model.safetensors", "1 bytes behind the last tensor"});
  bad.check_all();
}

TEST_CASE("a header length beyond the file") {
  BadWeights bad;
  std::string file = safetensors(small_weights());
  for (const char high : {'\x10', '\xff'}) {
    file[7] = high;
    bad.file(file, {"model.safetensors", "header of"});
  }
  bad.check_all();
}

TEST_CASE("a header that is no JSON object of tensors") {
  BadWeights bad;
  const Weights weights = small_weights();
  bad.file(safetensors("[1, 2]", weights), {"header", "expected an object"});
  bad.file(safetensors("{\"a\": ", weights), {"header", "not valid JSON"});
  bad.file(safetensors("{\"\xff\": 1}", weights), {"header", "not valid JSON"});
  bad.file(safetensors("{\"a\": 1e999}", weights), {"header", "not valid JSON"});
  bad.file(safetensors(std::string(100000, '['), weights), {"header", "deeper"});
  bad.header([](Json& h) { h[kNorm] = 5; }, {kNorm, "dtype, shape and data_offsets"});
  bad.header([](Json& h) { h[kNorm].erase("shape"); }, {kNorm, "shape"});
  bad.check_all();
}

TEST_CASE("a name that occurs twice in the header") {
  BadWeights bad;
  const Weights weights = small_weights();
  std::string header = header_of(weights).dump();
  const std::string again = Json(kNorm).dump() + ":" + header_of(weights)[kNorm].dump();
  header.insert(header.size() - 1, "," + again);
  bad.file(safetensors(header, weights), {kNorm, "occurs twice"});
  bad.check_all();
}

TEST_CASE("offsets outside of the file, reversed, overlapping or with gaps") {
  BadWeights bad;
  const auto offsets = [&](const Json& begin, const Json& end, const std::vector<std::string>& parts) {
    bad.entry("data_offsets", Json::array({begin, end}), parts);
  };
  offsets(1000000, 1000064, {kNorm, "outside the data"});
  offsets(64, 0, {kNorm, "[64, 0]"});
  offsets(std::uint64_t{1} << 63, std::numeric_limits<std::uint64_t>::max(), {kNorm, "outside"});
  offsets(-64, 0, {kNorm, "data_offsets"});
  offsets(0.5, 64.5, {kNorm, "data_offsets"});
  offsets("0", 64, {kNorm, "data_offsets"});
  offsets(0, 64, {kNorm, kEmbedding, "overlap"});
  const Weights weights = small_weights();
  Json header = header_of(weights);
  header.erase(kEmbedding);
  bad.file(safetensors(header.dump(), weights), {"belong to no tensor"});
  bad.check_all();
}

TEST_CASE("shapes that are negative, overflow or disagree with the bytes") {
  BadWeights bad;
  bad.entry("shape", Json::array({-16}), {kNorm, "negative size -16"});
  bad.entry("shape", Json::array({-4, -4}), {kNorm, "negative size -4"});
  bad.entry("shape", Json::array({std::int64_t{1} << 62, 4}), {kNorm, "absurdly large"});
  bad.entry("shape", Json::array({std::int64_t{1} << 32, std::int64_t{1} << 32, 16}),
            {kNorm, "absurdly large"});
  bad.entry("shape", Json::array({std::numeric_limits<std::uint64_t>::max()}), {kNorm, "shape"});
  bad.entry("shape", Json::array({17}), {kNorm, "64 bytes", "68"});
  bad.entry("shape", Json::array({16.5}), {kNorm, "shape"});
  bad.entry("shape", "16", {kNorm, "shape"});
  bad.entry("shape", Json::array({1, 1, 1, 1, 1, 1, 1, 1, 16}), {kNorm, "at most 8"});
  bad.check_all();
}

TEST_CASE("a dtype that is unknown, no string or not the bytes'") {
  BadWeights bad;
  bad.entry("dtype", "I64", {kNorm, "'I64' is not supported", "BF16"});
  bad.entry("dtype", 32, {kNorm, "dtype"});
  bad.entry("dtype", "F64", {kNorm, "128"});
  bad.check_all();
}

TEST_CASE("tensors that are missing, surplus or misshapen") {
  BadWeights bad;
  bad.weights([](Weights& w) { w.pop_back(); }, {"missing", kNorm});
  const auto surplus = [](Weights& w) {
    w.push_back(w.back());
    w.back().name = "model.layers.9.input_layernorm.weight";
  };
  bad.weights(surplus, {"not expected", "model.layers.9.input_layernorm.weight"});
  const auto misshapen = [](Weights& w) { w.front().shape = {16, 257}; };
  bad.weights(misshapen, {kEmbedding, "[16, 257]", "[257, 16]"});
  bad.check_all();
}

TEST_CASE("weights with NaN or infinity") {
  BadWeights bad;
  for (const float value : {NAN, INFINITY, -INFINITY})
    bad.weights([&](Weights& w) { w.back().bytes.replace(8, 4, as_bytes({value})); },
                {kNorm, "NaN or infinity"});
  bad.check_all();
}

TEST_CASE("finite weights whose answers are not finite") {
  const TemporaryFolder folder;
  Weights weights = small_weights();
  for (StoredValues& w : weights)
    if (w.name.find("proj") != std::string::npos)
      w.bytes = as_bytes(std::vector<float>(w.bytes.size() / 4, 3e38F));
  write_model(folder.path() / "m", small_config(), safetensors(weights));
  check_refused(score_with(folder.path() / "m"), 1, {"log-probability"});
  check_refused(run_program({"generate", "--model", (folder.path() / "m").string()}, "a\n"), 1,
                {"log-probability"});
}

TEST_CASE("a single model that cannot be loaded: one line, exit code 2, no report") {
  const TemporaryFolder folder;
  write_model(folder.path() / "m", small_config(), safetensors(small_weights()).substr(0, 5000));
  check_refused(score_with(folder.path() / "m"), 2, {"model.safetensors", "truncated or damaged"});
  const fs::path report = folder.path() / "r.json";
  check_refused(run_program({"--models", (folder.path() / "m").string(), "--tasks", "copa",
                             "--confirm-sample-data", "--output", report.string()}),
                2, {"model.safetensors", "truncated or damaged"});
  CHECK(!fs::exists(report));
}

TEST_CASE("shards: one is missing, the index lies") {
  Json map = Json::object();
  for (const StoredValues& w : small_weights()) map[w.name] = "one.safetensors";
  const auto with = [&](const char* name, const Json& value) {
    Json changed = map;
    changed[name] = value;
    return Json{{"weight_map", changed}};
  };
  const TemporaryFolder folder;
  const fs::path model = folder.path() / "m";
  write_model(model);
  fs::rename(model / "model.safetensors", model / "one.safetensors");
  const auto score_with_index = [&](const Json& index) {
    write_file_atomically(model / "model.safetensors.index.json", index.dump());
    return score_with(model);
  };
  CHECK(score_with_index({{"weight_map", map}}).exit_code == 0);
  const auto refused = [&](const Json& index, const std::vector<std::string>& parts) {
    check_refused(score_with_index(index), 2, parts);
  };
  refused(with(kNorm, "two.safetensors"), {"two.safetensors", "cannot be read"});
  refused(with(kNorm, "../one.safetensors"), {"../one.safetensors", "plain file name"});
  refused(with(kNorm, 1), {kNorm, "expected a file name"});
  refused(with("model.other.weight", "one.safetensors"), {"model.other.weight", "one.safetensors"});
  refused({{"weight_map", Json::object()}}, {"weight_map is empty"});
  refused(Json::object(), {"weight_map is missing"});
}

TEST_CASE("a folder without weights, or with a pickle") {
  const TemporaryFolder folder;
  const fs::path model = folder.path() / "m";
  write_model(model);
  fs::remove(model / "model.safetensors");
  check_refused(score_with(model), 2, {"neither model.safetensors nor"});
  write_file_atomically(model / "pytorch_model.bin", "PK");
  check_refused(score_with(model), 2, {"pickle"});
  fs::create_directory(model / "model.safetensors");
  check_refused(score_with(model), 2, {"model.safetensors", "not a regular file"});
}

}  // namespace iiet::test
