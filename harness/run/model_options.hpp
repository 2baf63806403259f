#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/eval/executor.hpp"
#include "models/checkpoint.hpp"
#include "models/device.hpp"
#include "models/location.hpp"

namespace iiet {

/// What every piece of work with a model is told of it.
struct ModelOptions {
  std::string dtype = "float32", device = "auto";
  int threads = 0;                    // 0: all cores
  std::string batch_tokens = "auto";  // or a number
  std::int64_t max_length = 0;        // 0: the model's
  std::optional<bool> adds_bos;       // absent: the tokenizer's own rule
  bool truncates_continuations = false;

  /// Throws InputError for a value that no model could take, before one is loaded.
  void validate() const;
  LoadOptions load_options(const ModelLocation& location) const;
  ExecutorOptions executor_options() const;
  int thread_count() const;
};

/// A loaded model with its tokenizer.
struct LoadedModel {
  ModelLocation location;
  ModelConfig config;  // as the folder and the overrides have it
  std::unique_ptr<LanguageModel> model;
  std::int64_t parameters = 0;           // of the model; the null model has none
  std::size_t cache_element_size = 0;    // bytes of a number in its key/value cache
  std::unique_ptr<Tokenizer> tokenizer;  // null: the folder has none
  std::int64_t max_length = 0;

  /// Throws InputError where the folder has no tokenizer.
  Tokenization tokenization(const ModelOptions& options) const;
};

/// All but the weights (`model` is null), for checks before seconds are spent on them. Throws InputError
/// where folder, tokenizer and flags do not fit each other.
LoadedModel open_folder(const ModelLocation& location, const ModelOptions& options);
/// The same with its weights. Sets LibTorch's number of threads.
LoadedModel with_weights(LoadedModel folder, const ModelOptions& options);
LoadedModel load(const ModelLocation& location, const ModelOptions& options);

/// SHA-256 of a model's weights; empty for the null model.
std::string weights_sha256(const ModelLocation& location);

}  // namespace iiet
