#include <cmath>
#include <numeric>

#include <c10/core/InferenceMode.h>

#include "harness/app/command.hpp"
#include "harness/app/json_input.hpp"
#include "harness/app/model_options.hpp"
#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "models/generation/greedy.hpp"

namespace iiet {
namespace {

struct GenerateOptions {
  std::string model, input, output;
  bool json = false;
  GreedyOptions greedy;
  ModelOptions common;
};

std::vector<std::vector<TokenId>> read_prompts(const GenerateOptions& options, const LoadedModel& loaded) {
  std::vector<std::vector<TokenId>> prompts;
  const auto add = [&](std::vector<TokenId> ids, const std::string& where) {
    const auto length = static_cast<std::int64_t>(ids.size());
    require(length >= 1 && length <= loaded.max_length, "{}: a prompt has 1 to {} tokens, got {}", where,
            loaded.max_length, length);
    prompts.push_back(std::move(ids));
  };
  if (!options.json) {
    const Encoder encoder = loaded.encoder(options.common);
    const std::string content = read_input(options.input);
    const std::string name = options.input.empty() ? "standard input" : options.input;
    for (const std::string_view line : lines_of(content))
      add(encoder.encode(line), fmt::format("{}:{}", name, prompts.size() + 1));
    return prompts;
  }
  for_each_input_object(options.input, [&](const Json& object, const std::string& where) {
    for (const auto& [key, value] : object.items())
      require(key == "prompt" || key == "ids", "{}: '{}' is not a field of a prompt (prompt, ids)", where,
              key);
    require(object.size() == 1, "{}: expected prompt or ids", where);
    if (object.contains("ids"))
      add(ids_of(object["ids"], where, loaded.model->config().vocab_size), where);
    else
      add(loaded.encoder(options.common).encode(text_of(object, "prompt", where)), where);
  });
  return prompts;
}

/// One line: line ends and backslashes of the text are escaped.
std::string as_line(const std::string& text) {
  std::string line;
  for (const char c : text) {
    if (c == '\n')
      line += "\\n";
    else if (c == '\r')
      line += "\\r";
    else if (c == '\\')
      line += "\\\\";
    else
      line += c;
  }
  return line + "\n";
}

std::string output_line(const Generated& generated, const LoadedModel& loaded, bool json) {
  std::string text;
  if (loaded.tokenizer) {
    std::span<const TokenId> ids = generated.ids;
    text = loaded.tokenizer->decode(generated.finished ? ids.first(ids.size() - 1) : ids);
  }
  if (!json) return as_line(text);
  Json line = Json::object();
  if (loaded.tokenizer) line["text"] = text;
  line["ids"] = generated.ids;
  line["score"] =
      std::accumulate(generated.log_probabilities.begin(), generated.log_probabilities.end(), 0.0);
  line["logprobs"] = generated.log_probabilities;
  line["finished"] = generated.finished;
  return line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

int run_generate(GenerateOptions options) {
  watch_for_interrupts();
  if (!options.output.empty()) require_writable(options.output);
  require_readable(options.input);
  const LoadedModel loaded = load(locate_model(options.model), options.common);
  require(options.json || loaded.tokenizer, "{}: no tokenizer: use --json with ids",
          loaded.location.folder.string());
  const ModelConfig& config = loaded.model->config();
  options.greedy.max_length = loaded.max_length;
  if (config.eos_token_id) options.greedy.end_tokens.push_back(static_cast<TokenId>(*config.eos_token_id));
  for (const std::int64_t id : config.other_eos_token_ids)
    options.greedy.end_tokens.push_back(static_cast<TokenId>(id));
  const auto prompts = read_prompts(options, loaded);
  std::string collected;
  const c10::InferenceMode inference;
  generate_greedy(
      *loaded.model, prompts, options.greedy, [&](std::size_t number, const Generated& generated) {
        if (stop_requested()) throw Interrupted();
        for (const double p : generated.log_probabilities)
          if (!std::isfinite(p))
            throw Error(fmt::format("prompt {}: the model gave a log-probability of {}", number + 1, p));
        const std::string line = output_line(generated, loaded, options.json);
        if (options.output.empty())
          print(line);
        else
          collected += line;
      });
  if (stop_requested()) throw Interrupted();
  if (!options.output.empty()) write_file_atomically(options.output, collected);
  return kDone;
}

std::function<int()> configure(CLI::App& parser) {
  const auto options = std::make_shared<GenerateOptions>();
  parser.add_option("--model", options->model, "name or folder of the model")->required();
  parser.add_option("--input", options->input, "prompts, one a line (default: standard input)");
  parser.add_option("--output", options->output, "file for the continuations (default: standard output)");
  parser.add_flag("--json", options->json,
                  R"(JSON lines: {"prompt"} or {"ids"} in; text, ids, score, logprobs, finished out)");
  parser.add_option("--max-new-tokens", options->greedy.max_new_tokens, "tokens at most")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 30))
      ->capture_default_str();
  parser.add_option("--batch", options->greedy.batch, "prompts decoded together")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{65536}))
      ->capture_default_str();
  options->common.declare(parser);
  return [options] { return run_generate(*options); };
}

}  // namespace

const Command kGenerateCommand{
    "generate",
    "Continues prompts greedily; one line out for each line in, in order, line ends escaped as \\n.",
    configure};

}  // namespace iiet
