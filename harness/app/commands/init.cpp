#include "harness/app/command.hpp"
#include "harness/app/model_options.hpp"
#include "harness/app/progress.hpp"
#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "models/checkpoint.hpp"

namespace iiet {
namespace fs = std::filesystem;
namespace {

struct InitOptions {
  std::string config, output, tokenizer;
  std::uint64_t seed = 1234;
};

int run_init(const InitOptions& options) {
  const fs::path output = options.output;
  require(!fs::exists(output / "model.safetensors"), "{}: there is a model already", output.string());
  require_writable(output / "model.safetensors");
  ModelConfig config = parse_model_config(read_json(options.config), options.config);
  config.untrained = true;
  std::string tokenizer;
  if (!options.tokenizer.empty()) {
    const auto size = load_tokenizer(options.tokenizer)->size();
    require(size <= config.vocab_size, "{}: the tokenizer has {} tokens, the configuration's vocabulary {}",
            options.tokenizer, size, config.vocab_size);
    tokenizer = read_file(options.tokenizer);
  }
  save_model(*fresh_model(config, {}, options.seed), output);
  if (!tokenizer.empty())
    write_file_atomically(output / fs::path(options.tokenizer).filename(), tokenizer);
  log_line(output.string() + ": an untrained " + config.model_type);
  return kDone;
}

std::function<int()> configure(CLI::App& parser) {
  const auto options = std::make_shared<InitOptions>();
  parser.add_option("config", options->config, "configuration, as config.json of a model folder")->required();
  parser.add_option("--output", options->output, "folder of the new checkpoint")->required();
  parser.add_option("--tokenizer", options->tokenizer, "tokenizer file to put beside it");
  parser.add_option("--seed", options->seed, "of the random weights")->capture_default_str();
  return [options] { return run_init(*options); };
}

}  // namespace

const Command kInitCommand{"init", "Makes an untrained checkpoint: random weights, marked so in its config.json.", configure};

}  // namespace iiet
