#include "harness/run/model_options.hpp"

#include <charconv>
#include <thread>

#include <ATen/Parallel.h>

#include "harness/base/error.hpp"
#include "models/null_model.hpp"
#include "models/safetensors.hpp"

namespace iiet {

int ModelOptions::thread_count() const {
  return threads > 0 ? threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void ModelOptions::validate() const {
  executor_options();
  load_options({});
}

LoadOptions ModelOptions::load_options(const ModelLocation& location) const {
  return {parse_dtype(dtype), parse_device(device), location.overrides};
}

ExecutorOptions ModelOptions::executor_options() const {
  ExecutorOptions options{.threads = thread_count()};
  std::int64_t& budget = options.packing.token_budget;
  if (batch_tokens == "auto") return options;
  const auto [end, error] =
      std::from_chars(batch_tokens.data(), batch_tokens.data() + batch_tokens.size(), budget);
  require(error == std::errc() && end == batch_tokens.data() + batch_tokens.size() && budget > 0,
          "--batch-tokens: expected a number of 1 or more, or auto; got '{}'", batch_tokens);
  return options;
}

Tokenization LoadedModel::tokenization(const ModelOptions& options) const {
  require(tokenizer != nullptr,
          "{}: no tokenizer (tokenizer.model, tokenizer.json, or vocab.json and merges.txt)",
          location.folder.string());
  return {*tokenizer, options.adds_bos.value_or(tokenizer->special().adds_bos), max_length,
          options.truncates_continuations};
}

LoadedModel open_folder(const ModelLocation& location, const ModelOptions& options) {
  LoadedModel loaded;
  loaded.location = location;
  loaded.config = load_model_config(location.folder);
  override_fields(loaded.config, location.overrides);
  if (has_tokenizer(location.folder)) {
    loaded.tokenizer = load_tokenizer(location.folder);
    require(loaded.tokenizer->size() <= loaded.config.vocab_size,
            "{}: the tokenizer has {} tokens, the model's vocabulary {}", location.folder.string(),
            loaded.tokenizer->size(), loaded.config.vocab_size);
  }
  loaded.max_length = options.max_length > 0 ? options.max_length : loaded.config.max_position_embeddings;
  return loaded;
}

LoadedModel with_weights(LoadedModel folder, const ModelOptions& options) {
  at::set_num_threads(options.thread_count());
  if (folder.location.is_null) {
    require(parse_device(options.device).is_cpu(), "the null model runs on the CPU only (--device cpu)");
    folder.model = std::make_unique<NullModel>(folder.config);
    return folder;
  }
  auto model = load_model(folder.location.folder, options.load_options(folder.location));
  folder.parameters = model->parameter_count();
  folder.cache_element_size = c10::elementSize(model->numerics().cache);
  folder.model = std::move(model);
  return folder;
}

LoadedModel load(const ModelLocation& location, const ModelOptions& options) {
  return with_weights(open_folder(location, options), options);
}

std::string weights_sha256(const ModelLocation& location) {
  return location.is_null ? "" : weights_fingerprint(location.folder);
}

}  // namespace iiet
