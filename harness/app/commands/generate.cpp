#include <algorithm>

#include "harness/app/command.hpp"
#include "harness/app/decoding_flags.hpp"
#include "harness/app/json_input.hpp"
#include "harness/app/model_options.hpp"
#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "harness/base/json_fields.hpp"
#include "harness/base/line_reader.hpp"
#include "harness/eval/generation.hpp"

namespace iiet {
namespace {

struct GenerateOptions {
  std::string model, input, output;
  bool json = false;
  std::int64_t batch = 16;
  std::vector<std::string> stops;
  DecodingFlags decoding;
  ModelOptions common;
};

/// The prompts and what ends each.
struct Prompts {
  std::vector<Prompt> prompts;
  std::vector<std::optional<StopStrings>> stops;  // none in a folder without tokenizer
};

/// Reads prompts for a folder; every mistake names its line.
class PromptReader {
 public:
  PromptReader(const GenerateOptions& options, const LoadedModel& folder)
      : options_(options), folder_(folder) {}

  Prompts read() {
    if (options_.json)
      for_each_input_object(options_.input,
                            [&](const Json& object, const std::string& where) { add(object, where); });
    else
      read_lines();
    return std::move(found_);
  }

 private:
  void read_lines() {
    LineReader lines(open_input(options_.input), {.ends = LineEnds::line_feed_or_crlf});
    while (const auto line = lines.next())
      add(encode(*line), options_.stops, fmt::format("{}:{}", lines.name(), lines.number()));
  }

  void add(const Json& object, const std::string& where) {
    for (const auto& [key, value] : object.items())
      require(key == "prompt" || key == "ids" || key == "stop",
              "{}: '{}' is not a field of a prompt (prompt or ids, stop)", where, key);
    require(object.contains("ids") != object.contains("prompt"), "{}: expected prompt or ids", where);
    std::vector<std::string> stops = options_.stops;
    if (object.contains("stop"))
      for (std::string& stop : field<std::vector<std::string>>(object, "stop", where))
        stops.push_back(std::move(stop));
    add(object.contains("ids") ? ids_of(object["ids"], where, folder_.config.vocab_size)
                               : encode(field<std::string>(object, "prompt", where)),
        stops, where);
  }

  void add(std::vector<TokenId> ids, const std::vector<std::string>& stops, const std::string& where) {
    const auto length = static_cast<std::int64_t>(ids.size());
    require(length >= 1 && length <= folder_.max_length, "{}: a prompt has 1 to {} tokens, got {}", where,
            folder_.max_length, length);
    for (const std::string& stop : stops)
      require(!stop.empty(), "{}: a stop string must not be empty", where);
    require(stops.empty() || folder_.tokenizer, "{}: stop strings need a tokenizer, the folder has none",
            where);
    found_.prompts.push_back({std::move(ids), options_.decoding.max_new_tokens});
    found_.stops.emplace_back();
    if (folder_.tokenizer) found_.stops.back().emplace(*folder_.tokenizer, stops);
  }

  /// An empty prompt is the token that stands before an empty context.
  std::vector<TokenId> encode(std::string_view text) const {
    const Tokenization tokenization = folder_.tokenization(options_.common);
    std::vector<TokenId> ids = tokenization.encode(text);
    if (ids.empty()) ids.push_back(tokenization.prefix_token());
    return ids;
  }

  const GenerateOptions& options_;
  const LoadedModel& folder_;
  Prompts found_;
};

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

Json as_json(const Hypothesis& hypothesis, const std::optional<std::string>& text) {
  Json line = Json::object();
  if (text) line["text"] = *text;
  line["ids"] = hypothesis.ids;
  line["score"] = hypothesis.score;
  line["logprobs"] = hypothesis.log_probabilities;
  line["finished"] = hypothesis.ending != Ending::kLimit;
  return line;
}

/// The answer to one prompt as the user sees it.
std::string output_line(const std::vector<Hypothesis>& hypotheses, const LoadedModel& loaded,
                        const std::optional<StopStrings>& stops, const GenerateOptions& options) {
  const auto text = [&](const Hypothesis& hypothesis) {
    return stops ? std::optional(text_of(hypothesis, *loaded.tokenizer, *stops)) : std::nullopt;
  };
  if (!options.json) return as_line(*text(hypotheses.front()));
  Json line = Json::object();
  if (options.decoding.n_best) {
    line["hypotheses"] = Json::array();
    for (const Hypothesis& h : hypotheses) line["hypotheses"].push_back(as_json(h, text(h)));
  } else {
    line = as_json(hypotheses.front(), text(hypotheses.front()));
  }
  return line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// Decodes all prompts; `write` gets a line a prompt, in order, as early as that allows.
void decode(const LoadedModel& loaded, const Prompts& prompts, const DecodingOptions& decoding,
            const GenerateOptions& options, const std::function<void(const std::string&)>& write) {
  DecodingRun run;
  run.batch = options.batch;
  run.max_length = loaded.max_length;
  run.threads = options.common.thread_count();
  run.stops = [&](std::size_t prompt, std::span<const TokenId> generated) {
    return prompts.stops[prompt] && prompts.stops[prompt]->completed_by_last(generated);
  };
  run.done = [&](std::size_t prompt, const std::vector<Hypothesis>& hypotheses) {
    write(output_line(hypotheses, loaded, prompts.stops[prompt], options));
  };
  run.after_step = [](const DecodingStep&) {
    if (stop_requested()) throw Interrupted();
  };
  try {
    generate(*loaded.model, prompts.prompts, decoding, run);
  } catch (const DecodingError& error) {
    throw Error(fmt::format("prompt {}: {}", error.prompt() + 1, error.what()));
  }
}

int run_generate(const GenerateOptions& options) {
  watch_for_interrupts();
  DecodingOptions decoding = options.decoding.options();
  require(options.json || !options.decoding.n_best, "--n-best: needs --json, plain text has a line a prompt");
  options.common.validate();
  if (!options.output.empty()) require_writable(options.output);
  require_readable(options.input);
  LoadedModel loaded = open_folder(locate_model(options.model), options.common);
  require(options.json || loaded.tokenizer, "{}: no tokenizer: use --json with ids",
          loaded.location.folder.string());
  decoding.end_tokens = end_tokens(loaded.config, loaded.tokenizer.get());
  validate(decoding, loaded.config.vocab_size);
  const Prompts prompts = PromptReader(options, loaded).read();
  loaded = with_weights(std::move(loaded), options.common);
  std::string collected;
  decode(loaded, prompts, decoding, options, [&](const std::string& line) {
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
  parser.add_flag(
      "--json", options->json,
      R"(JSON lines: {"prompt"} or {"ids"}, "stop": [..] in; text, ids, score, logprobs, finished out)");
  parser
      .add_option("--stop", options->stops, "text that ends a continuation and is cut off; may be repeated")
      ->allow_extra_args(false);
  parser.add_option("--batch", options->batch, "prompts decoded together")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{65536}))
      ->capture_default_str();
  options->decoding.declare(parser);
  options->common.declare(parser);
  return [options] { return run_generate(*options); };
}

}  // namespace

const Command kGenerateCommand{
    "generate",
    "Continues prompts: greedily, by sampling or by beam search; one line out for each line in, in order.",
    configure};

}  // namespace iiet
