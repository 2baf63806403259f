#include "harness/eval/generation.hpp"

#include <algorithm>

namespace iiet {
namespace {

/// Rows of a decoding pass: enough for weights to be read once for many, few enough for the cache to stay
/// small.
constexpr std::int64_t kCpuRows = 32, kGpuRows = 256;

std::int64_t default_batch(const Decoder& decoder) {
  const auto* beam = std::get_if<BeamSearch>(&decoder.options.strategy);
  const std::int64_t rows = beam ? beam->beams : 1;
  return std::max<std::int64_t>(1, (decoder.model.device().is_cpu() ? kCpuRows : kGpuRows) / rows);
}

/// Text of a hypothesis: without special tokens and the end token, cut at the stop strings.
std::string text_of(const Hypothesis& hypothesis, const Tokenizer& tokenizer, const StopStrings& stops) {
  std::span<const TokenId> ids = hypothesis.ids;
  if (hypothesis.ending == Ending::kEndToken) ids = ids.first(ids.size() - 1);
  return stops.cut(tokenizer.decode_answer(ids));
}

}  // namespace

DecodingOptions decoding_options(const GenerationSettings& settings) {
  DecodingOptions options;
  if (settings.beam > 1) {
    BeamSearch beam;
    beam.beams = settings.beam;
    beam.length_penalty = settings.length_penalty;
    options.min_new_tokens = search_convention(beam.convention).default_min_new_tokens;
    options.strategy = beam;
  }
  return options;
}

void decode(const Decoder& decoder, std::span<const PlannedGeneration> planned,
            const DecodingListener& listener) {
  if (planned.empty()) return;
  std::vector<Prompt> prompts;
  for (const PlannedGeneration& p : planned) prompts.push_back(p.prompt);
  DecodingRun run;
  run.batch = decoder.batch > 0 ? decoder.batch : default_batch(decoder);
  run.max_length = decoder.max_length;
  run.threads = decoder.threads;
  run.stops = [&](std::size_t i, std::span<const TokenId> generated) {
    return planned[i].stops && planned[i].stops->completed_by_last(generated);
  };
  run.done = [&](std::size_t i, DecodedPrompt decoded) {
    GeneratedAnswer answer{std::move(decoded.hypotheses), {}, decoded.tokens_read};
    if (decoder.tokenizer)
      for (const Hypothesis& h : answer.hypotheses)
        answer.texts.push_back(text_of(h, *decoder.tokenizer, *planned[i].stops));
    listener.done(i, std::move(answer));
  };
  run.after_step = listener.after_step;
  generate(decoder.model, prompts, decoder.options, run);
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

}  // namespace iiet
