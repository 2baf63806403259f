#include <algorithm>

#include "harness/app/command.hpp"
#include "harness/app/decoding_flags.hpp"
#include "harness/app/json_input.hpp"
#include "harness/app/line_output.hpp"
#include "harness/app/model_flags.hpp"
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

/// Reads prompts for a folder; every mistake names its line.
class PromptReader {
 public:
  PromptReader(const GenerateOptions& options, const LoadedModel& folder)
      : options_(options), folder_(folder) {}

  std::vector<PlannedGeneration> read() {
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
    auto& planned = found_.emplace_back();
    planned.prompt = {std::move(ids), options_.decoding.max_new_tokens};
    if (folder_.tokenizer) planned.stops = std::make_shared<StopStrings>(*folder_.tokenizer, stops);
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
  std::vector<PlannedGeneration> found_;
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

/// The answer to one prompt as the user sees it.
std::string output_line(const GeneratedAnswer& answer, const GenerateOptions& options) {
  if (!options.json) return as_line(answer.texts.front());
  Json hypotheses = Json::array();
  for (std::size_t i = 0; i < answer.hypotheses.size(); ++i) {
    const Hypothesis& hypothesis = answer.hypotheses[i];
    Json& line = hypotheses.emplace_back(Json::object());
    if (!answer.texts.empty()) line["text"] = answer.texts[i];
    line["ids"] = hypothesis.ids;
    line["score"] = hypothesis.score;
    line["logprobs"] = hypothesis.log_probabilities;
    line["finished"] = hypothesis.ending != Ending::kLimit;
  }
  const Json line =
      options.decoding.n_best ? Json{{"hypotheses", std::move(hypotheses)}} : std::move(hypotheses.front());
  return line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

int run_generate(const GenerateOptions& options) {
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
  const std::vector<PlannedGeneration> prompts = PromptReader(options, loaded).read();
  watch_for_interrupts();  // not before: a signal ends the reading of a terminal at once
  LineOutput output(options.output);
  loaded = with_weights(std::move(loaded), options.common);
  log_notes(loaded);
  InOrder<std::string> lines([&](const std::string& line) { output.write(line); });
  DecodingListener listener;
  listener.done = [&](std::size_t prompt, const GeneratedAnswer& answer) {
    lines.add(prompt, output_line(answer, options));
  };
  listener.after_step = [](const DecodingStep&) {
    if (stop_requested()) throw Interrupted();
  };
  try {
    decode({*loaded.model, loaded.tokenizer.get(), decoding, options.batch, loaded.max_length,
            options.common.thread_count()},
           prompts, listener);
  } catch (const DecodingError& error) {
    throw Error(fmt::format("prompt {}: {}", error.prompt() + 1, error.what()));
  }
  output.finish();
  return kDone;
}

std::function<int()> configure(CLI::App& parser) {
  const auto options = std::make_shared<GenerateOptions>();
  parser.add_option("--model", options->model, "name or folder of the model; null: one that costs nothing")
      ->required();
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
  declare_model_flags(parser, options->common);
  return [options] { return run_generate(*options); };
}

}  // namespace

const Command kGenerateCommand{
    "generate",
    "Continues prompts: greedily, by sampling or by beam search; one line out for each line in, in order.",
    configure};

}  // namespace iiet
