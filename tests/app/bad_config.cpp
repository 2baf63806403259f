// Mistakes in config.json and in model names: refused with file and field.

#include "harness/base/files.hpp"
#include "tests/app/small_model.hpp"

namespace iiet::test {
namespace {

namespace fs = std::filesystem;

/// What the program says about a config.json. `show` reads it as all commands do, and without starting the
/// engine.
Run show_with(const std::string& config) {
  const TemporaryFolder folder;
  write_model(folder.path(), small_config(), "");
  write_file_atomically(folder.path() / "config.json", config);
  return run_program({"show", "copa", "--model", folder.path().string()});
}

Run show_with(const std::string& field, const Json& value) {
  Json config = small_config();
  config[field] = value;
  return show_with(config.dump());
}

}  // namespace

TEST_CASE("config.json that is no JSON, no object, too deep or not there") {
  check_refused(show_with("{\n  \"vocab_size\": 257,\n  oops\n}"), 2, {"config.json", "line 3"});
  check_refused(show_with(""), 2, {"config.json", "not valid JSON"});
  check_refused(show_with("[]"), 2, {"config.json", "expected an object, got []"});
  check_refused(show_with("{\"a\":" + std::string(5000, '[')), 2, {"config.json", "deeper"});
  check_refused(show_with("{\"rope_theta\": 1e999}"), 2, {"config.json", "not valid JSON"});
  check_refused(run_program({"init", "/nowhere/c.json", "--output", "/nowhere/out"}), 2, {"/nowhere/c.json"});
  CHECK(!fs::exists("/nowhere"));
}

TEST_CASE("fields of the wrong type or out of range") {
  check_refused(show_with("hidden_size", "16"), 2, {"config.json", "hidden_size", "an integer", "\"16\""});
  check_refused(show_with("hidden_size", 16.5), 2, {"hidden_size", "an integer"});
  check_refused(show_with("hidden_size", -16), 2, {"hidden_size", "-16"});
  check_refused(show_with("hidden_size", 0), 2, {"hidden_size", "got 0"});
  check_refused(show_with("vocab_size", ~std::uint64_t{0}), 2, {"vocab_size", "18446744073709551615"});
  check_refused(show_with("vocab_size", std::int64_t{1} << 31), 2, {"vocab_size", "2147483648"});
  check_refused(show_with("num_hidden_layers", 1000000), 2, {"num_hidden_layers", "4096"});
  check_refused(show_with("num_attention_heads", 3), 2, {"num_attention_heads"});
  check_refused(show_with("num_key_value_heads", -1), 2, {"num_key_value_heads", "-1"});
  check_refused(show_with("head_dim", 7), 2, {"head_dim", "even"});
  check_refused(show_with("rms_norm_eps", -1.0), 2, {"rms_norm_eps"});
  check_refused(show_with("tie_word_embeddings", "yes"), 2, {"tie_word_embeddings", "true or false"});
  check_refused(show_with("eos_token_id", "</s>"), 2, {"eos_token_id", "an integer"});
  check_refused(show_with("model_type", 5), 2, {"model_type", "a string"});
}

TEST_CASE("init leaves nothing behind where the configuration is wrong") {
  const TemporaryFolder folder;
  const auto init = [&](const char* field, const Json& value) {
    Json config = small_config();
    config[field] = value;
    write_file_atomically(folder.path() / "c.json", config.dump());
    return run_program(
        {"init", (folder.path() / "c.json").string(), "--output", (folder.path() / "out").string()});
  };
  check_refused(init("torch_dtype", "int8"), 2, {"int8", "float32"});
  check_refused(init("hidden_size", "16"), 2, {"c.json", "hidden_size"});
  CHECK(files_below(folder.path()) == std::vector<std::string>{"c.json"});
}

TEST_CASE("an unknown model_type is named with the known ones") {
  check_refused(show_with("model_type", "iiett"), 2, {"'iiett'", "did you mean 'iiet'?", "pcformer"});
  check_refused(show_with("model_type", "gpt2"), 2, {"'gpt2'", "e-iiet"});
}

TEST_CASE("iterations: one entry a layer, of the variants that have them") {
  const auto iterations = [](const char* type, const Json& value) {
    Json config = small_config();
    config["model_type"] = type;
    config["iterations"] = value;
    return show_with(config.dump());
  };
  check_refused(iterations("iiet", {1, 2, 3}), 2, {"iterations", "one entry a layer (2)", "got 3"});
  check_refused(iterations("iiet", {1, -1}), 2, {"iterations", "-1"});
  check_refused(iterations("iiet", {1, 1.5}), 2, {"iterations", "1.5"});
  check_refused(iterations("iiet", 3), 2, {"iterations", "a list"});
  check_refused(iterations("e-iiet", nullptr), 2, {"iterations", "missing"});
  check_refused(iterations("llama", {1, 1}), 2, {"iterations", "llama"});
}

TEST_CASE("settings that change the maths are refused by name") {
  check_refused(show_with("rope_scaling", {{"rope_type", "yarn"}, {"factor", 4.0}}), 2,
                {"rope_scaling", "'yarn' is not supported", "llama3"});
  check_refused(show_with("rope_scaling", {{"type", "linear"}, {"factor", 0.5}}), 2, {"factor"});
  check_refused(show_with("rope_scaling", {{"type", "linear"}}), 2, {"'factor' is missing"});
  check_refused(show_with("rope_scaling", "linear"), 2, {"rope_scaling", "an object"});
  check_refused(show_with("rope_parameters", {{"rope_type", "longrope"}}), 2, {"longrope"});
  check_refused(show_with("sliding_window", 4096), 2, {"sliding_window", "4096"});
  check_refused(show_with("hidden_act", "gelu"), 2, {"hidden_act", "gelu", "silu"});
  check_refused(show_with("quantization_config", {{"bits", 4}}), 2, {"quantization_config"});
  check_refused(show_with("rotary_pct", 0.25), 2, {"rotary_pct"});
}

TEST_CASE("a configuration that is too large for its weights is refused without allocating it") {
  const TemporaryFolder folder;
  Json config = small_config();
  config["hidden_size"] = 1 << 20;
  config["intermediate_size"] = 1 << 20;
  config["head_dim"] = 8;
  write_model(folder.path() / "m", config, safetensors(small_weights()));
  check_refused(run_program({"score", "--model", (folder.path() / "m").string()}, ""), 2,
                {"model.embed_tokens.weight", "1048576"});
}

TEST_CASE("a field that nobody knows is noted, not refused") {
  const TemporaryFolder folder;
  Json config = small_config();
  config["frobnicate"] = 1;
  write_model(folder.path() / "m", config, safetensors(small_weights()));
  const Run run = run_program({"--models", (folder.path() / "m").string(), "--tasks", "copa", "--limit", "1",
                               "--output", (folder.path() / "r.json").string(), "--bootstrap-iters", "10"});
  INFO(run.err);
  CHECK(run.exit_code == 0);
  CHECK(run.err.find("'frobnicate' is unknown") != std::string::npos);
  const Json report = read_json(folder.path() / "r.json");
  CHECK(report["models"][0]["notes"].dump().find("frobnicate") != std::string::npos);
}

TEST_CASE("model names: overrides, folders that are none, tokenizers that do not fit") {
  const TemporaryFolder folder;
  const fs::path model = folder.path() / "m";
  write_model(model);
  const auto score = [&](const std::string& overrides) {
    return run_program({"score", "--model", model.string() + overrides}, "");
  };
  const auto with = [&](const std::string& spec) { return run_program({"show", "copa", "--model", spec}); };
  check_refused(score(":hidden_sise=8"), 2, {"'hidden_sise'", "did you mean 'hidden_size'?"});
  check_refused(score(":iterations=2"), 2, {"iterations"});
  check_refused(score(":hidden_size=many"), 2, {"hidden_size", "an integer"});
  check_refused(with((folder.path() / "n").string()), 2, {"there is no such model folder"});
  check_refused(with(folder.path().string()), 2, {"config.json is missing"});
  check_refused(with((model / "config.json").string()), 2, {"config.json"});
  check_refused(with(std::string(300, 'x')), 2, {"File name too long"});
  check_refused(with(":a=b"), 2, {"name is empty"});
  fs::remove(model / "merges.txt");
  check_refused(run_program({"score", "--model", model.string()}, "{\"text\": \"a\"}\n"), 2,
                {"no tokenizer"});
  write_file_atomically(model / "tokenizer.json", "{\"model\": {}");
  check_refused(with(model.string()), 2, {"tokenizer.json", "not valid JSON"});
  write_file_atomically(model / "tokenizer.json", "{\"model\": {\"x\": 1e999}}");
  check_refused(with(model.string()), 2, {"tokenizer.json"});
  fs::remove(model / "tokenizer.json");
  Json vocabulary = Json::parse(byte_tokenizer()[0].second);
  vocabulary["zz"] = 257;
  write_file_atomically(model / "vocab.json", vocabulary.dump());
  write_file_atomically(model / "merges.txt", "");
  check_refused(score(""), 2, {"258 tokens", "257"});
}

}  // namespace iiet::test
