#include "harness/app/command.hpp"
#include "harness/app/progress.hpp"
#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "harness/text/tokenizer/tokenizer.hpp"
#include "models/checkpoint.hpp"

namespace iiet {
namespace fs = std::filesystem;
namespace {

struct InitOptions {
  std::string config, output, tokenizer;
  std::uint64_t seed = 1234;
};

/// The file, and the merges that a vocab.json needs.
std::vector<fs::path> files_of_tokenizer(const fs::path& file) {
  std::string merges = file.filename().string();
  const std::size_t at = merges.rfind("vocab.json");
  if (at == std::string::npos) return {file};
  merges.replace(at, std::string::npos, "merges.txt");
  return {file, file.parent_path() / merges};
}

int run_init(const InitOptions& options) {
  const fs::path output = options.output;
  require(!fs::exists(output / "model.safetensors"), "{}: there is a model already", output.string());
  require_writable(output / "model.safetensors");
  ModelConfig config = parse_model_config(read_json(options.config), options.config);
  config.untrained = true;
  std::vector<std::pair<fs::path, std::string>> beside;
  if (!options.tokenizer.empty()) {
    const auto size = load_tokenizer(options.tokenizer)->size();
    require(size <= config.vocab_size, "{}: the tokenizer has {} tokens, the configuration's vocabulary {}",
            options.tokenizer, size, config.vocab_size);
    for (const fs::path& file : files_of_tokenizer(options.tokenizer))
      beside.emplace_back(output / file.filename(), read_file(file));
  }
  save_model(*fresh_model(config, {}, options.seed), output);
  for (const auto& [path, content] : beside) write_file_atomically(path, content);
  log_line(output.string() + ": an untrained " + config.model_type);
  return kDone;
}

std::function<int()> configure(CLI::App& parser) {
  const auto options = std::make_shared<InitOptions>();
  parser.add_option("config", options->config, "configuration, as config.json of a model folder")->required();
  parser.add_option("--output", options->output, "folder of the new checkpoint")->required();
  parser.add_option("--tokenizer", options->tokenizer, "tokenizer file to put beside it");
  parser.add_option("--seed", options->seed, "of the random weights")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  return [options] { return run_init(*options); };
}

}  // namespace

const Command kInitCommand{
    "init", "Makes an untrained checkpoint: random weights, marked so in its config.json.", configure};

}  // namespace iiet
