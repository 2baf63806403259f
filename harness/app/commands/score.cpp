#include <algorithm>

#include "harness/app/command.hpp"
#include "harness/app/json_input.hpp"
#include "harness/app/model_options.hpp"
#include "harness/app/progress.hpp"
#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "harness/base/json_fields.hpp"
#include "harness/base/unicode.hpp"

namespace iiet {
namespace {

struct ScoreOptions {
  std::string model, input, output;
  std::int64_t top_logits = 0;
  ModelOptions common;
};

/// Input lines by kind; `order` says which answer belongs to which line.
struct Lines {
  std::vector<Request> requests;
  std::vector<std::vector<TokenId>> lists;
  std::vector<std::string> request_places, list_places;
  std::vector<bool> is_list;  // one a line
};

void check_keys(const Json& object, std::initializer_list<const char*> allowed, const std::string& where) {
  for (const auto& [key, value] : object.items())
    require(std::any_of(allowed.begin(), allowed.end(), [&](const char* a) { return key == a; }),
            "{}: '{}' is not a field of this kind of line", where, key);
}

Lines read_lines(const ScoreOptions& options, const LoadedModel& loaded) {
  Lines lines;
  for_each_input_object(options.input, [&](const Json& object, const std::string& where) {
    // `show --requests --model` writes the ids of a text beside it: there the text counts.
    lines.is_list.push_back(object.contains("ids") && !object.contains("text"));
    if (lines.is_list.back()) {
      check_keys(object, {"ids"}, where);
      lines.lists.push_back(ids_of(object["ids"], where, loaded.model->config().vocab_size));
      const auto length = static_cast<std::int64_t>(lines.lists.back().size());
      require(length >= 1 && length <= loaded.max_length, "{}: ids: 1 to {} of them, got {}", where,
              loaded.max_length, length);
      lines.list_places.push_back(where);
      return;
    }
    require(!object.contains("source_ids"), "{}: source_ids: the model is no encoder-decoder", where);
    lines.request_places.push_back(where);
    if (object.contains("text")) {
      check_keys(object, {"text", "ids"}, where);
      lines.requests.push_back(RollingLoglikelihood{field<std::string>(object, "text", where)});
    } else {
      require(object.contains("context"), "{}: expected context and continuation, text, or ids", where);
      check_keys(object, {"context", "continuation", "context_ids", "continuation_ids"}, where);
      lines.requests.push_back(Loglikelihood{field<std::string>(object, "context", where),
                                             field<std::string>(object, "continuation", where)});
    }
  });
  return lines;
}

Json answer_json(const Request& request, const Response& response) {
  if (const auto* rolling = std::get_if<RollingLoglikelihood>(&request))
    return {{"loglikelihood", response.loglikelihood},
            {"tokens", response.tokens},
            {"words", count_words(rolling->text)},
            {"bytes", rolling->text.size()}};
  return {{"loglikelihood", response.loglikelihood},
          {"is_greedy", response.is_greedy},
          {"tokens", response.tokens}};
}

Json answer_json(const IdScores& scores, std::int64_t top) {
  Json json = {{"logprobs", scores.log_probabilities}};
  if (top > 0) {
    json["top_logits"] = Json::array();
    for (const auto& [id, logit] : scores.top_logits) json["top_logits"].push_back({id, logit});
  }
  return json;
}

/// Runs `work`, naming the input line where a request does not fit.
template <typename Work>
auto naming_line(const std::vector<std::string>& places, Work work) {
  try {
    return work();
  } catch (const RequestError& error) {
    throw InputError(places[error.request()] + ": " + error.what());
  }
}

int run_score(const ScoreOptions& options) {
  watch_for_interrupts();
  if (!options.output.empty()) require_writable(options.output);
  require_readable(options.input);
  const ModelLocation location = locate_model(options.model);
  options.common.validate();
  const LoadedModel loaded = load(location, options.common);
  const Lines lines = read_lines(options, loaded);
  ScoringResult texts;
  std::vector<IdScores> ids;
  ProgressBar bar("scoring");
  const auto progress = [&](auto done, auto in_all) {
    if (stop_requested()) throw Interrupted();
    bar.update(done, in_all);
  };
  if (!lines.requests.empty()) {
    const Scorer scorer(*loaded.model, loaded.tokenization(options.common), options.common.scorer_options());
    texts = naming_line(lines.request_places, [&] { return scorer.answer(lines.requests, progress); });
  }
  if (!lines.lists.empty())
    ids = naming_line(lines.list_places, [&] {
      return score_ids(*loaded.model, lines.lists, {loaded.max_length, options.top_logits});
    });
  std::string out;
  std::size_t next_text = 0, next_list = 0;
  for (const bool is_list : lines.is_list) {
    Json answer;
    if (is_list) {
      answer = answer_json(ids[next_list++], options.top_logits);
    } else {
      answer = answer_json(lines.requests[next_text], texts.responses[next_text]);
      ++next_text;
    }
    out += answer.dump() + "\n";
  }
  if (stop_requested()) throw Interrupted();
  if (options.output.empty())
    print(out);
  else
    write_file_atomically(options.output, out);
  return kDone;
}

std::function<int()> configure(CLI::App& parser) {
  const auto options = std::make_shared<ScoreOptions>();
  parser.add_option("--model", options->model, "name or folder of the model")->required();
  parser.add_option("--input", options->input, "JSON lines (default: standard input)");
  parser.add_option("--output", options->output, "file for the answers (default: standard output)");
  parser
      .add_option("--top-logits", options->top_logits, "with ids: the K largest logits of what would follow")
      ->check(CLI::NonNegativeNumber);
  parser.add_flag("--truncate-continuations", options->common.truncates_continuations,
                  "cut a continuation that is longer than the model reads, instead of refusing it");
  options->common.declare(parser);
  return [options] { return run_score(*options); };
}

}  // namespace

const Command kScoreCommand{
    "score",
    R"(Scores JSON lines: {"context","continuation"}, {"text"} or {"ids"}; one answer a line, in order.)",
    configure};

}  // namespace iiet
