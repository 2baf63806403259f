#include "harness/eval/generation.hpp"

#include <algorithm>
#include <numeric>

namespace iiet {
namespace {

/// Rows of a decoding pass: enough for weights to be read once for many, few enough for the cache to stay
/// small.
constexpr std::int64_t kCpuRows = 32, kGpuRows = 256;

DecodingOptions decoding_options(const GenerationSettings& settings, std::vector<TokenId> ends) {
  DecodingOptions options;
  options.end_tokens = std::move(ends);
  if (settings.beam > 1) {
    BeamSearch beam;
    beam.beams = settings.beam;
    beam.length_penalty = settings.length_penalty;
    options.min_new_tokens = search_convention(beam.convention).default_min_new_tokens;
    options.strategy = beam;
  }
  return options;
}

PlannedGeneration plan(const GenerateUntil& request, const Tokenization& tokenization,
                       const GenerationSettings& settings, std::size_t number) {
  const std::int64_t new_tokens = settings.max_new_tokens.value_or(request.max_new_tokens);
  const std::int64_t room = tokenization.max_length - new_tokens;
  if (new_tokens < 1 || room < 1)
    throw RequestError(number,
                       fmt::format("{} new tokens leave no room for a prompt: the model reads {} tokens "
                                   "(--max-new-tokens, --max-length)",
                                   new_tokens, tokenization.max_length));
  std::vector<std::string> stops = request.stops;
  if (const auto eos = tokenization.tokenizer.special().eos;
      eos && !tokenization.tokenizer.piece(*eos).empty())
    stops.push_back(tokenization.tokenizer.piece(*eos));
  std::vector<TokenId> ids = tokenization.encode(request.prompt);
  if (ids.empty()) ids.push_back(tokenization.prefix_token());
  const std::int64_t surplus = static_cast<std::int64_t>(ids.size()) - room;
  if (surplus > 0) ids.erase(ids.begin(), ids.begin() + surplus);
  return {number,
          {std::move(ids), new_tokens},
          surplus > 0,
          StopStrings(tokenization.tokenizer, std::move(stops))};
}

/// Longest prompts first: what the most memory is needed for comes at once, and the short ones fill the end.
std::vector<std::size_t> longest_first(std::span<const PlannedGeneration> planned) {
  std::vector<std::size_t> order(planned.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return planned[a].prompt.ids.size() > planned[b].prompt.ids.size();
  });
  return order;
}

}  // namespace

std::vector<PlannedGeneration> plan_generations(std::span<const Request> requests,
                                                const Tokenization& tokenization,
                                                const GenerationSettings& settings) {
  std::vector<PlannedGeneration> planned;
  for (std::size_t i = 0; i < requests.size(); ++i)
    if (const auto* request = std::get_if<GenerateUntil>(&requests[i]))
      planned.push_back(plan(*request, tokenization, settings, i));
  return planned;
}

void answer_generations(const LanguageModel& model, const Tokenization& tokenization,
                        std::span<const PlannedGeneration> planned, const GenerationWork& work) {
  if (planned.empty()) return;
  const DecodingOptions options =
      decoding_options(work.settings, end_tokens(model.config(), &tokenization.tokenizer));
  const std::vector<std::size_t> order = longest_first(planned);
  std::vector<Prompt> prompts;
  for (const std::size_t i : order) prompts.push_back(planned[i].prompt);
  DecodingRun run;
  run.batch = std::max<std::int64_t>(1, (model.device().is_cpu() ? kCpuRows : kGpuRows) / work.settings.beam);
  run.max_length = tokenization.max_length;
  run.threads = work.threads;
  run.stops = [&](std::size_t i, std::span<const TokenId> generated) {
    return planned[order[i]].stops.completed_by_last(generated);
  };
  run.done = [&](std::size_t i, std::vector<Hypothesis> hypotheses) {
    std::string text = text_of(hypotheses.front(), tokenization.tokenizer, planned[order[i]].stops);
    work.done(order[i], {std::move(hypotheses.front()), std::move(text)});
  };
  run.after_step = work.after_step;
  try {
    generate(model, prompts, options, run);
  } catch (const DecodingError& error) {
    const std::size_t request = planned[order[error.prompt()]].request;
    throw DecodingError(request, fmt::format("{} (request {})", error.what(), request));
  }
}

std::vector<TokenId> end_tokens(const ModelConfig& config, const Tokenizer* tokenizer) {
  std::vector<TokenId> ends;
  const auto add = [&](std::int64_t id) {
    if (std::count(ends.begin(), ends.end(), id) == 0) ends.push_back(static_cast<TokenId>(id));
  };
  if (config.eos_token_id) add(*config.eos_token_id);
  for (const std::int64_t id : config.other_eos_token_ids) add(id);
  if (tokenizer && tokenizer->special().eos) add(*tokenizer->special().eos);
  return ends;
}

std::string text_of(const Hypothesis& hypothesis, const Tokenizer& tokenizer, const StopStrings& stops) {
  std::span<const TokenId> ids = hypothesis.ids;
  if (hypothesis.ending == Ending::kEndToken) ids = ids.first(ids.size() - 1);
  return stops.cut(tokenizer.decode_answer(ids));
}

}  // namespace iiet
