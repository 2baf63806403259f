#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/json.hpp"
#include "tests/support/program.hpp"
#include "tests/support/shared.hpp"

namespace iiet::test {

/// A tensor as a safetensors file holds it.
struct StoredValues {
  std::string name, dtype;
  std::vector<std::int64_t> shape;
  std::string bytes;
};
using Weights = std::vector<StoredValues>;

/// A Llama of two layers over bytes: 256 of them and <|endoftext|>.
Json small_config();

/// Its weights, the same in every run.
Weights small_weights();

/// float32 values as bytes.
std::string as_bytes(const std::vector<float>& values);

/// What the header of a safetensors file says about honest weights, and the file.
Json header_of(const Weights& weights);
std::string safetensors(const Weights& weights);
/// A file with any header and the data of `weights`.
std::string safetensors(const std::string& header, const Weights& weights);

/// The tokenizer's files as name and content: bytes, no merges.
std::vector<std::pair<std::string, std::string>> byte_tokenizer();

/// Writes a model folder: config.json, model.safetensors and the tokenizer.
void write_model(const std::filesystem::path& folder, const Json& config, const std::string& weights_file);
void write_model(const std::filesystem::path& folder);

/// A model folder for as long as a test case runs.
struct Model {
  TemporaryFolder folder;
  std::string path = (folder.path() / "m").string();
  Model() { write_model(path); }
};

/// Checks that a run failed as every mistake must: this exit code, one line on stderr, beginning with
/// `iiet-eval:` and holding each of the parts; nothing on stdout.
void check_refused(const Run& run, int exit_code, const std::vector<std::string>& parts);

/// Names of all files below a folder, sorted.
std::vector<std::string> files_below(const std::filesystem::path& folder);

/// `count` documents of piqa as JSON lines.
std::string piqa_documents(std::size_t count);

}  // namespace iiet::test
