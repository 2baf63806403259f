#include "tests/app/small_model.hpp"

#include <algorithm>
#include <cstring>
#include <random>

#include "harness/base/files.hpp"

namespace iiet::test {
namespace fs = std::filesystem;
namespace {

constexpr std::int64_t kVocabulary = 257, kWidth = 16, kInner = 24, kLayers = 2;

std::string utf8(unsigned code) {
  if (code < 0x80) return {static_cast<char>(code)};
  return {static_cast<char>(0xC0 | code >> 6), static_cast<char>(0x80 | (code & 0x3F))};
}

/// How GPT-2 spells the 256 bytes: printable Latin-1 as itself, the others as U+0100 and up.
std::vector<std::string> byte_spellings() {
  std::vector<std::string> spellings;
  unsigned other = 0x100;
  for (unsigned byte = 0; byte < 256; ++byte) {
    const bool itself = (byte > 0x20 && byte < 0x7F) || (byte > 0xA0 && byte != 0xAD);
    spellings.push_back(utf8(itself ? byte : other++));
  }
  return spellings;
}

}  // namespace

Json small_config() {
  return {{"model_type", "llama"},
          {"vocab_size", kVocabulary},
          {"hidden_size", kWidth},
          {"intermediate_size", kInner},
          {"num_hidden_layers", kLayers},
          {"num_attention_heads", 2},
          {"num_key_value_heads", 2},
          {"max_position_embeddings", 512},
          {"rms_norm_eps", 1e-5},
          {"tie_word_embeddings", true},
          {"bos_token_id", 256},
          {"eos_token_id", 256},
          {"untrained", true}};
}

std::string as_bytes(const std::vector<float>& values) {
  std::string bytes(values.size() * sizeof(float), '\0');
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

Weights small_weights() {
  Weights weights;
  std::mt19937 random(42);
  const auto add = [&](const std::string& name, std::vector<std::int64_t> shape) {
    std::int64_t count = 1;
    for (const std::int64_t extent : shape) count *= extent;
    std::vector<float> values;
    for (std::int64_t i = 0; i < count; ++i) {
      const float between = static_cast<float>(random() % 2001) / 1000.0F - 1.0F;
      values.push_back(shape.size() == 1 ? 1.0F + 0.1F * between : 0.4F * between);
    }
    weights.push_back({name, "F32", std::move(shape), as_bytes(values)});
  };
  add("model.embed_tokens.weight", {kVocabulary, kWidth});
  for (std::int64_t layer = 0; layer < kLayers; ++layer) {
    const std::string prefix = "model.layers." + std::to_string(layer) + ".";
    add(prefix + "input_layernorm.weight", {kWidth});
    for (const char* name : {"q_proj", "k_proj", "v_proj", "o_proj"})
      add(prefix + "self_attn." + name + ".weight", {kWidth, kWidth});
    add(prefix + "post_attention_layernorm.weight", {kWidth});
    add(prefix + "mlp.gate_proj.weight", {kInner, kWidth});
    add(prefix + "mlp.up_proj.weight", {kInner, kWidth});
    add(prefix + "mlp.down_proj.weight", {kWidth, kInner});
  }
  add("model.norm.weight", {kWidth});
  return weights;
}

Json header_of(const Weights& weights) {
  Json header = Json::object();
  std::size_t at = 0;
  for (const StoredValues& w : weights) {
    header[w.name] = {{"dtype", w.dtype}, {"shape", w.shape}, {"data_offsets", {at, at + w.bytes.size()}}};
    at += w.bytes.size();
  }
  return header;
}

std::string safetensors(const std::string& header, const Weights& weights) {
  const std::uint64_t length = header.size();
  std::string file(sizeof length, '\0');
  std::memcpy(file.data(), &length, sizeof length);
  file += header;
  for (const StoredValues& w : weights) file += w.bytes;
  return file;
}

std::string safetensors(const Weights& weights) { return safetensors(header_of(weights).dump(), weights); }

std::vector<std::pair<std::string, std::string>> byte_tokenizer() {
  Json vocabulary = Json::object();
  int id = 0;
  for (const std::string& spelling : byte_spellings()) vocabulary[spelling] = id++;
  vocabulary["<|endoftext|>"] = id;
  return {{"vocab.json", vocabulary.dump()}, {"merges.txt", "#version: 0.2\n"}};
}

void write_model(const fs::path& folder, const Json& config, const std::string& weights_file) {
  write_file_atomically(folder / "config.json", config.dump());
  write_file_atomically(folder / "model.safetensors", weights_file);
  for (const auto& [name, content] : byte_tokenizer()) write_file_atomically(folder / name, content);
}

void write_model(const fs::path& folder) {
  write_model(folder, small_config(), safetensors(small_weights()));
}

void check_refused(const Run& run, int exit_code, const std::vector<std::string>& parts) {
  INFO("stderr: " << run.err);
  CHECK(run.exit_code == exit_code);
  CHECK(run.out.empty());
  CHECK(run.err.starts_with("iiet-eval: "));
  CHECK(std::count(run.err.begin(), run.err.end(), '\n') == 1);
  CHECK(run.err.ends_with("\n"));
  CHECK(run.err.size() < 1000);
  for (const std::string& part : parts) {
    INFO("expected: " << part);
    CHECK(run.err.find(part) != std::string::npos);
  }
}

std::vector<std::string> files_below(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (!entry.is_directory()) names.push_back(entry.path().lexically_relative(folder).string());
  std::sort(names.begin(), names.end());
  return names;
}

std::string piqa_documents(std::size_t count) {
  std::string lines;
  for (std::size_t i = 0; i < count; ++i)
    lines += Json{{"goal", "count to " + std::to_string(i)},
                  {"sol1", "Say every number up to " + std::to_string(i) + "."},
                  {"sol2", "Sing."},
                  {"label", i % 2}}
                 .dump() +
             "\n";
  return lines;
}

}  // namespace iiet::test
