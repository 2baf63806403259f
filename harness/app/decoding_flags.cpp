#include "harness/app/decoding_flags.hpp"

#include "harness/base/error.hpp"
#include "models/generation/search.hpp"

namespace iiet {
namespace {

const CLI::Validator kCount = CLI::Range(std::int64_t{1}, std::int64_t{1} << 30);
/// Each needs its own memory in the cache.
const CLI::Validator kHypotheses = CLI::Range(1, 4096);

}  // namespace

void DecodingFlags::declare(CLI::App& parser) {
  parser
      .add_option("--max-new-tokens", max_new_tokens, "tokens at most (beam search: before the end symbol)")
      ->check(kCount)
      ->capture_default_str();
  parser
      .add_option("--min-new-tokens", min_new_tokens,
                  "the end symbol is forbidden until so many tokens are out (default: 0; beam search: 1)")
      ->check(CLI::NonNegativeNumber);
  parser.add_option("--beam", beam, "beams; 1: greedy")->check(kHypotheses);
  parser.add_option("--search", search, "rules of the beam search: fairseq");
  parser.add_option("--length-penalty", length_penalty, "A: a beam scores sum / length^A (default: 1)");
  parser.add_flag("--unnormalized", unnormalized, "beams are scored by their sums");
  parser
      .add_option("--no-repeat-ngram", no_repeat_ngram, "no N tokens of prompt and text come twice; 0: may")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  parser.add_option("--temperature", temperature, "sample from softmax(logits / T); 0: greedy")
      ->check(CLI::NonNegativeNumber);
  parser.add_option("--top-k", top_k, "sample from the K most probable tokens")->check(kCount);
  parser.add_option("--top-p", top_p,
                    "sample from the most probable tokens that have probability P together");
  parser.add_option("--seed", seed, "of sampling (default: 1234)");
  parser.add_option("--n-best", n_best, "continuations a prompt: of the beam, or samples (with --json)")
      ->check(kHypotheses);
}

BeamSearch DecodingFlags::beam_search() const {
  require(!top_k && !top_p && !seed, "--{}: beam search does not sample (--beam, --search)",
          top_k   ? "top-k"
          : top_p ? "top-p"
                  : "seed");
  BeamSearch search_options;
  search_options.convention = search.value_or(search_options.convention);
  require(search_options.convention != "ct2" && search_options.convention != "hf",
          "--search {}: only fairseq's rules are known for decoder-only models", search_options.convention);
  search_options.beams = beam.value_or(search_options.beams);
  search_options.length_penalty = length_penalty.value_or(1);
  search_options.is_normalized = !unnormalized;
  require(!unnormalized || !length_penalty, "--unnormalized: scores have no --length-penalty then");
  search_options.temperature = temperature.value_or(1);
  return search_options;
}

void DecodingFlags::refuse_beam_flags() const {
  require(!length_penalty, "--length-penalty: needs a beam search (--beam N)");
  require(!unnormalized, "--unnormalized: needs a beam search (--beam N)");
}

DecodingOptions DecodingFlags::options() const {
  DecodingOptions options;
  options.n_best = n_best.value_or(1);
  options.no_repeat_ngram = no_repeat_ngram;
  options.min_new_tokens = min_new_tokens.value_or(0);
  if (is_beam_search()) {
    const BeamSearch beam_options = beam_search();
    options.min_new_tokens =
        min_new_tokens.value_or(search_convention(beam_options.convention).default_min_new_tokens);
    options.strategy = beam_options;
  } else {
    refuse_beam_flags();
    // Not `> 0`: what is no number has to be refused, not taken for greedy.
    const bool samples = temperature ? *temperature != 0 : top_k || top_p;
    require(samples || temperature || !seed,
            "--seed: nothing is drawn without --temperature, --top-k or --top-p");
    if (samples)
      options.strategy =
          Sampling{temperature.value_or(1), top_k.value_or(0), top_p.value_or(1), seed.value_or(1234)};
  }
  require(options.min_new_tokens <= max_new_tokens, "--min-new-tokens {}: more than --max-new-tokens {}",
          options.min_new_tokens, max_new_tokens);
  validate(options);
  return options;
}

}  // namespace iiet
