#include "models/generation/search.hpp"

#include <algorithm>
#include <cmath>

#include "harness/base/error.hpp"
#include "models/generation/fairseq_search.hpp"

namespace iiet {

const std::vector<SearchConvention>& search_conventions() {
  static const std::vector<SearchConvention> all{{"fairseq", 1, make_fairseq_search}};
  return all;
}

const SearchConvention& search_convention(const std::string& name) {
  std::vector<std::string> known;
  for (const SearchConvention& convention : search_conventions()) {
    if (convention.name == name) return convention;
    known.push_back(convention.name);
  }
  throw InputError(unknown_name("search convention", name, known));
}

std::unique_ptr<Search> make_search(const SearchContext& context) {
  const auto* beam = std::get_if<BeamSearch>(&context.options.strategy);
  return beam ? search_convention(beam->convention).make(context) : make_independent_search(context);
}

std::vector<TokenId> repeating_tokens(const SearchContext& context, std::span<const TokenId> generated) {
  const auto n = static_cast<std::size_t>(context.options.no_repeat_ngram);
  std::vector<TokenId> all(context.prompt.begin(), context.prompt.end()), found;
  all.insert(all.end(), generated.begin(), generated.end());
  if (n == 0 || all.size() < n) return found;
  const auto& ends = context.options.end_tokens;
  const auto tail = all.end() - static_cast<std::ptrdiff_t>(n - 1);
  for (auto at = all.begin(); at + static_cast<std::ptrdiff_t>(n) <= all.end(); ++at) {
    const TokenId next = at[static_cast<std::ptrdiff_t>(n - 1)];
    if (std::equal(tail, all.end(), at) && std::count(ends.begin(), ends.end(), next) == 0)
      found.push_back(next);
  }
  return found;
}

void validate(const DecodingOptions& options) {
  require(options.n_best >= 1, "n-best: at least 1, got {}", options.n_best);
  require(options.min_new_tokens >= 0, "min-new-tokens: at least 0, got {}", options.min_new_tokens);
  require(options.no_repeat_ngram >= 0, "no-repeat-ngram: at least 0, got {}", options.no_repeat_ngram);
  if (const auto* sampling = std::get_if<Sampling>(&options.strategy)) {
    require(sampling->temperature > 0 && std::isfinite(sampling->temperature),
            "temperature: a number above 0, got {}", sampling->temperature);
    require(sampling->top_k >= 0, "top-k: at least 0 (all tokens), got {}", sampling->top_k);
    require(sampling->top_p > 0 && sampling->top_p <= 1, "top-p: above 0, at most 1, got {}",
            sampling->top_p);
    return;
  }
  const auto* beam = std::get_if<BeamSearch>(&options.strategy);
  if (!beam) {
    require(options.n_best == 1, "n-best {}: greedy decoding has one continuation; use a beam or sampling",
            options.n_best);
    return;
  }
  search_convention(beam->convention);
  require(beam->beams >= 1, "beam: at least 1, got {}", beam->beams);
  require(options.n_best <= beam->beams, "n-best {} is larger than the beam of {}", options.n_best,
          beam->beams);
  require(std::isfinite(beam->length_penalty), "length-penalty: a finite number, got {}",
          beam->length_penalty);
  require(beam->temperature > 0 && std::isfinite(beam->temperature), "temperature: a number above 0, got {}",
          beam->temperature);
}

void validate(const DecodingOptions& options, std::int64_t vocabulary) {
  validate(options);
  for (const TokenId id : options.end_tokens)
    require(id >= 0 && id < vocabulary, "end token {}: the vocabulary has ids 0 to {}", id, vocabulary - 1);
  const auto* beam = std::get_if<BeamSearch>(&options.strategy);
  if (!beam) return;
  require(beam->beams < vocabulary, "beam {}: the vocabulary has only {} tokens", beam->beams, vocabulary);
  require(!options.end_tokens.empty(), "beam search needs an end token (eos_token_id)");
}

}  // namespace iiet
