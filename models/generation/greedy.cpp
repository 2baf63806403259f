#include "models/generation/greedy.hpp"

#include <algorithm>

#include "harness/base/error.hpp"
#include "models/kernels/kernels.hpp"

namespace iiet {
namespace {

/// A prompt being continued.
struct Active {
  std::size_t index;          // in the batch
  std::int32_t sequence;      // in the cache
  std::vector<TokenId> next;  // tokens to feed: the prompt, then one at a time
};

/// Feeds every row's next tokens and returns the logits behind them, [rows,V].
at::Tensor feed(const LanguageModel& model, const std::vector<Active>& rows, KvCache& cache) {
  PackedTokens tokens;
  std::vector<std::int64_t> last;
  for (const Active& row : rows) {
    tokens.ids.insert(tokens.ids.end(), row.next.begin(), row.next.end());
    tokens.segments.push_back({static_cast<std::int64_t>(row.next.size()), -1, row.sequence});
    last.push_back(static_cast<std::int64_t>(tokens.ids.size()) - 1);
  }
  return model.logits(model.hidden(tokens, last, &cache));
}

std::vector<Generated> generate_batch(const LanguageModel& model,
                                      std::span<const std::vector<TokenId>> prompts,
                                      const GreedyOptions& options) {
  std::vector<Generated> results(prompts.size());
  KvCache cache = model.make_cache();
  std::vector<Active> rows;
  const std::int64_t longest =
      options.max_length > 0 ? options.max_length : model.config().max_position_embeddings;
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    require(!prompts[i].empty(), "generate: prompt {} holds no token", i + 1);
    require(static_cast<std::int64_t>(prompts[i].size()) <= longest,
            "generate: prompt {} has {} tokens, the model reads at most {}", i + 1, prompts[i].size(),
            longest);
    if (options.max_new_tokens > 0) rows.push_back({i, cache.add(), prompts[i]});
  }
  while (!rows.empty()) {
    const at::Tensor logits = feed(model, rows, cache);
    const kernels::RowMaxima maxima = kernels::row_maxima(logits);
    const at::Tensor best =
        logits.gather(1, maxima.argmax.unsqueeze(1)).squeeze(1).to(at::kDouble) - maxima.log_sum_exp;
    const at::Tensor ids = maxima.argmax.to(at::kCPU), scores = best.to(at::kCPU);
    std::vector<Active> going_on;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const auto id = static_cast<TokenId>(ids.const_data_ptr<std::int64_t>()[r]);
      Generated& result = results[rows[r].index];
      result.ids.push_back(id);
      result.log_probabilities.push_back(scores.const_data_ptr<double>()[r]);
      result.finished = std::count(options.end_tokens.begin(), options.end_tokens.end(), id) > 0;
      const bool full = static_cast<std::int64_t>(result.ids.size()) >= options.max_new_tokens ||
                        cache.length(rows[r].sequence) >= longest;
      if (result.finished || full)
        cache.release(rows[r].sequence);
      else
        going_on.push_back({rows[r].index, rows[r].sequence, {id}});
    }
    rows = std::move(going_on);
  }
  return results;
}

}  // namespace

void generate_greedy(const LanguageModel& model, std::span<const std::vector<TokenId>> prompts,
                     const GreedyOptions& options, const std::function<void(std::size_t, Generated)>& done) {
  const auto batch = static_cast<std::size_t>(std::max<std::int64_t>(1, options.batch));
  for (std::size_t begin = 0; begin < prompts.size(); begin += batch) {
    auto results =
        generate_batch(model, prompts.subspan(begin, std::min(batch, prompts.size() - begin)), options);
    for (std::size_t i = 0; i < results.size(); ++i) done(begin + i, std::move(results[i]));
  }
}

}  // namespace iiet
