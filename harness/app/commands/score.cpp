#include <algorithm>
#include <optional>

#include "harness/app/command.hpp"
#include "harness/app/json_input.hpp"
#include "harness/app/line_output.hpp"
#include "harness/app/model_flags.hpp"
#include "harness/app/progress.hpp"
#include "harness/base/error.hpp"
#include "harness/base/json_fields.hpp"
#include "harness/base/unicode.hpp"

namespace iiet {
namespace {

/// Lines that are sorted together: few enough for the first answers to come soon.
constexpr std::size_t kSortedTogether = 512;

struct ScoreOptions {
  std::string model, input, output;
  std::int64_t top_logits = 0;
  ModelOptions common;
};

/// Input lines as requests, and where each stands.
struct Lines {
  std::vector<Request> requests;
  std::vector<std::string> places;
};

void check_keys(const Json& object, std::initializer_list<const char*> allowed, const std::string& where) {
  for (const auto& [key, value] : object.items())
    require(std::any_of(allowed.begin(), allowed.end(), [&](const char* a) { return key == a; }),
            "{}: '{}' is not a field of this kind of line", where, key);
}

Request request_of(const Json& object, const std::string& where, const ScoreOptions& options,
                   std::int64_t vocabulary) {
  // `show --requests --model` writes the ids of a text beside it: there the text counts.
  if (object.contains("ids") && !object.contains("text")) {
    check_keys(object, {"ids"}, where);
    return RawIds{ids_of(object["ids"], where, vocabulary), options.top_logits};
  }
  require(!object.contains("source_ids"), "{}: source_ids: the model is no encoder-decoder", where);
  if (object.contains("text")) {
    check_keys(object, {"text", "ids"}, where);
    return RollingLoglikelihood{field<std::string>(object, "text", where)};
  }
  require(object.contains("context"), "{}: expected context and continuation, text, or ids", where);
  check_keys(object, {"context", "continuation", "context_ids", "continuation_ids", "truncated"}, where);
  return Loglikelihood{field<std::string>(object, "context", where),
                       field<std::string>(object, "continuation", where)};
}

/// What an answer says: that of its kind of line.
struct AnswerJson {
  const Response& response;
  Json operator()(const Loglikelihood&) const {
    return {{"loglikelihood", response.loglikelihood},
            {"is_greedy", response.is_greedy},
            {"tokens", response.tokens}};
  }
  Json operator()(const RollingLoglikelihood& rolling) const {
    return {{"loglikelihood", response.loglikelihood},
            {"tokens", response.tokens},
            {"words", count_words(rolling.text)},
            {"bytes", rolling.text.size()}};
  }
  Json operator()(const RawIds& raw) const {
    Json json = {{"logprobs", response.log_probabilities}};
    if (raw.top_logits > 0) {
      json["top_logits"] = Json::array();
      for (const auto& [id, logit] : response.top_logits) json["top_logits"].push_back({id, logit});
    }
    return json;
  }
  Json operator()(const GenerateUntil&) const { throw Error("score was asked to generate"); }
};

/// Writes answers in the order of lines, each as soon as all before it are there.
class AnswerLines : public AnswerSink {
 public:
  AnswerLines(std::span<const Request> requests, std::function<void(std::string)> write)
      : requests_(requests), in_order_(std::move(write)) {}
  void done(std::size_t request, Response response) override {
    in_order_.add(request, std::visit(AnswerJson{response}, requests_[request]).dump() + "\n");
  }

 private:
  std::span<const Request> requests_;
  InOrder<std::string> in_order_;
};

/// Stands where a folder has no tokenizer: raw ids need none.
class NoTokenizer : public Tokenizer {
 public:
  std::vector<TokenId> encode(std::string_view) const override { throw Error("there is no tokenizer"); }
  std::string decode(std::span<const TokenId>) const override { throw Error("there is no tokenizer"); }
  std::string piece(TokenId) const override { throw Error("there is no tokenizer"); }
  TokenId size() const override { return 0; }
};

Lines read_lines(const ScoreOptions& options, const LoadedModel& folder) {
  Lines lines;
  for_each_input_object(options.input, [&](const Json& object, const std::string& where) {
    lines.requests.push_back(request_of(object, where, options, folder.config.vocab_size));
    lines.places.push_back(where);
    if (!std::holds_alternative<RawIds>(lines.requests.back())) folder.tokenization(options.common);
  });
  return lines;
}

int run_score(const ScoreOptions& options) {
  if (!options.output.empty()) require_writable(options.output);
  require_readable(options.input);
  const ModelLocation location = locate_model(options.model);
  options.common.validate();
  LoadedModel loaded = open_folder(location, options.common);
  const Lines lines = read_lines(options, loaded);
  watch_for_interrupts();  // not before: a signal ends the reading of a terminal at once
  LineOutput output(options.output);
  loaded = with_weights(std::move(loaded), options.common);
  log_notes(loaded);
  ExecutorOptions executor_options = options.common.executor_options();
  executor_options.packing.sorted_together = kSortedTogether;
  const NoTokenizer none;
  const Executor executor(
      *loaded.model,
      loaded.tokenizer ? loaded.tokenization(options.common) : Tokenization{none, false, loaded.max_length},
      executor_options);
  std::optional<ProgressBar> bar;
  if (!output.is_terminal()) bar.emplace("scoring");
  AnswerLines answers(lines.requests, [&](const std::string& line) { output.write(line); });
  try {
    executor.answer(each_of(lines.requests), answers, {.progress = [&](auto done, auto in_all) {
                      if (stop_requested()) throw Interrupted();
                      if (bar) bar->update(done, in_all);
                    }});
  } catch (const RequestError& error) {
    throw InputError(lines.places[error.request()] + ": " + error.what());
  }
  output.finish();
  return kDone;
}

std::function<int()> configure(CLI::App& parser) {
  const auto options = std::make_shared<ScoreOptions>();
  parser.add_option("--model", options->model, "name or folder of the model; null: one that costs nothing")
      ->required();
  parser.add_option("--input", options->input, "JSON lines (default: standard input)");
  parser.add_option("--output", options->output, "file for the answers (default: standard output)");
  parser
      .add_option("--top-logits", options->top_logits, "with ids: the K largest logits of what would follow")
      ->check(CLI::NonNegativeNumber);
  parser.add_flag("--truncate-continuations", options->common.truncates_continuations,
                  "cut a continuation that is longer than the model reads, instead of refusing it");
  declare_model_flags(parser, options->common);
  return [options] { return run_score(*options); };
}

}  // namespace

const Command kScoreCommand{
    "score",
    R"(Scores JSON lines: {"context","continuation"}, {"text"} or {"ids"}; one answer a line, in order.)",
    configure};

}  // namespace iiet
