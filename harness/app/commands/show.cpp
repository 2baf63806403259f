#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "harness/app/command.hpp"
#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "harness/eval/documents.hpp"
#include "harness/eval/request_plan.hpp"
#include "harness/text/tokenizer/tokenizer.hpp"
#include "models/config.hpp"
#include "models/location.hpp"

namespace iiet {
namespace {

struct Options {
  std::string task, model, data, requests_file;
  std::int64_t document = 0;
  std::optional<std::size_t> num_fewshot;
  std::uint64_t seed = 1234;
  std::optional<double> limit;
  bool as_json = false;
};

/// The tokenizer of a model and how the model wants its texts.
struct ModelTokenization {
  std::unique_ptr<Tokenizer> tokenizer;
  std::int64_t max_length = 0;
  Tokenization tokenization() const { return {*tokenizer, tokenizer->special().adds_bos, max_length}; }
};

ModelTokenization open_tokenizer(const std::string& model) {
  const ModelLocation location = locate_model(model);
  require(has_tokenizer(location.folder), "{}: there is no tokenizer in it", location.folder.string());
  ModelConfig config = load_model_config(location.folder);
  override_fields(config, location.overrides);
  auto tokenizer = load_tokenizer(location.folder);
  require(tokenizer->size() <= config.vocab_size,
          "{}: the tokenizer has {} tokens, the model's vocabulary {}", location.folder.string(),
          tokenizer->size(), config.vocab_size);
  return {std::move(tokenizer), config.max_position_embeddings};
}

/// The last `room` of the ids, as a model reads them; notes in `request` that others were cut off.
std::vector<TokenId> last_of(std::vector<TokenId> ids, std::int64_t room, Json& request) {
  const std::int64_t surplus = static_cast<std::int64_t>(ids.size()) - std::max<std::int64_t>(room, 0);
  if (surplus <= 0) return ids;
  request["truncated"] = true;
  ids.erase(ids.begin(), ids.begin() + surplus);
  return ids;
}

Json as_json(const Request& request, const ModelTokenization* model) {
  if (const auto* rolling = std::get_if<RollingLoglikelihood>(&request)) {
    Json json{{"text", rolling->text}};
    if (model) json["ids"] = model->tokenization().encode(rolling->text);
    return json;
  }
  if (const auto* generation = std::get_if<GenerateUntil>(&request)) {
    Json json{{"prompt", generation->prompt},
              {"until", generation->stops},
              {"max_new_tokens", generation->max_new_tokens}};
    if (model)
      json["prompt_ids"] = last_of(model->tokenization().encode(generation->prompt),
                                   model->max_length - generation->max_new_tokens, json);
    return json;
  }
  const auto& pair = std::get<Loglikelihood>(request);
  Json json{{"context", pair.context}, {"continuation", pair.continuation}};
  if (model) {
    const EncodedPair encoded = encode_pair(pair, model->tokenization());
    const auto scored = static_cast<std::int64_t>(encoded.continuation.size());
    json["context_ids"] = last_of(encoded.context, model->max_length + 1 - scored, json);
    json["continuation_ids"] = encoded.continuation;
  }
  return json;
}

Json requests_json(const Sample& sample, const ModelTokenization* model) {
  Json requests = Json::array();
  for (const Request& request : requests_of(sample)) requests.push_back(as_json(request, model));
  return requests;
}

/// Place of the right option, the right continuation or text (a list where there are several), or null where
/// nothing is right or wrong.
Json gold_of(const Sample& sample) {
  if (const auto* choice = std::get_if<Choice>(&sample)) return choice->gold;
  if (const auto* completion = std::get_if<Completion>(&sample)) return completion->continuation;
  if (const auto* generation = std::get_if<Generation>(&sample)) {
    if (generation->references.size() == 1) return generation->references.front();
    return generation->references;
  }
  return nullptr;
}

/// The same for people: strings quoted, so that every space is seen.
std::string as_text(const TaskData& data, std::size_t document, const Json& requests) {
  std::string text = fmt::format("{} {}, document {} of {}, {}{}\n", data.task->name, data.task->version,
                                 document, data.documents_in_split, data.path.string(),
                                 data.is_sample_data ? " (sample documents, not the real data)" : "");
  if (data.num_fewshot > 0)
    text += fmt::format("{} examples from {}\n", data.num_fewshot,
                        data.fewshot_path.empty() ? "the task itself" : data.fewshot_path.string());
  if (std::holds_alternative<Passage>(data.samples[document]))
    text += "a text scored as a whole: never preceded by examples\n";
  text += fmt::format("gold {}\n", gold_of(data.samples[document]).dump());
  for (std::size_t i = 0; i < requests.size(); ++i) {
    text += fmt::format("request {}\n", i);
    for (const auto& [name, value] : requests[i].items())
      text += fmt::format("  {:<16}  {}\n", name, value.dump());
  }
  return text;
}

void write_requests(const TaskData& data, const ModelTokenization* model, const std::string& file) {
  std::string lines;
  std::size_t count = 0;
  for (const Sample& sample : data.samples)
    for (const Json& request : requests_json(sample, model)) {
      lines += request.dump() + "\n";
      ++count;
    }
  write_file_atomically(file, lines);
  fmt::print(stderr, "{} requests of {} documents written to {}\n", count, data.samples.size(), file);
}

int show(const Options& options) {
  const Task& task = Registry<Task>::get(options.task);
  require(options.document >= 0, "--doc {}: a document is counted from 0", options.document);
  if (!options.requests_file.empty()) require_writable(options.requests_file);
  std::optional<ModelTokenization> model;
  if (!options.model.empty()) model = open_tokenizer(options.model);
  const TaskData data = load_task_data(task, {.folder = data_folder(options.data),
                                              .limit = options.limit,
                                              .num_fewshot = options.num_fewshot,
                                              .fewshot_seed = options.seed});
  const auto document = static_cast<std::size_t>(options.document);
  require(document < data.samples.size(), "--doc {}: {} has {} documents, counted from 0", document,
          task.name, data.samples.size());
  const ModelTokenization* tokenization = model ? &*model : nullptr;
  if (!options.requests_file.empty()) write_requests(data, tokenization, options.requests_file);

  const Sample& sample = data.samples[document];
  const Json requests = requests_json(sample, tokenization);
  const Json json{{"task", task.name}, {"doc", document}, {"requests", requests}, {"gold", gold_of(sample)}};
  print(options.as_json ? json.dump() + "\n" : as_text(data, document, requests));
  return kDone;
}

std::function<int()> configure(CLI::App& parser) {
  const auto options = std::make_shared<Options>();
  parser.add_option("task", options->task, "the task")->required();
  parser.add_option("--doc", options->document, "which document, counted from 0");
  parser
      .add_option("--num-fewshot", options->num_fewshot,
                  "solved examples before each document (default: as the task has it)")
      ->check(CLI::NonNegativeNumber);
  parser.add_option("--model", options->model,
                    "also show token ids, as this model reads them (NAME:key=value overrides a field)");
  parser.add_flag("--json", options->as_json, "print one JSON object");
  parser.add_option("--requests", options->requests_file,
                    "write every request of the task to this file (JSON lines)");
  parser.add_option("--data", options->data,
                    "the data folder (default: $IIET_DATA, else tasks/data, else samples)");
  parser.add_option("--limit", options->limit, "the first documents only: a number, or a fraction below 1");
  parser.add_option("--seed", options->seed, "seed of the choice of examples")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  return [options] { return show(*options); };
}

}  // namespace

const Command kShowCommand{"show", "the exact requests (and tokens) that a document turns into", configure};

}  // namespace iiet
