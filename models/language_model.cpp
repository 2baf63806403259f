#include "models/language_model.hpp"

#include <algorithm>
#include <optional>

#include <c10/core/GradMode.h>

#include "harness/base/error.hpp"
#include "models/kernels/kernels.hpp"

namespace iiet {
namespace {

constexpr std::int64_t kLogitsAtATime = 8 << 20;  // 32 MB of float32

}  // namespace

void LanguageModel::check(const PackedTokens& tokens, const Pass& pass) const {
  for (const TokenId id : tokens.ids)
    require(id >= 0 && id < config().vocab_size, "token id {} is outside the model's vocabulary (0 to {})",
            id, config().vocab_size - 1);
  if (pass.cache && pass.purpose == Purpose::kTraining) throw Error("a pass for training takes no cache");
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < tokens.segments.size(); ++i) {
    const Segment& segment = tokens.segments[i];
    if (segment.length < 1)
      throw Error(fmt::format("pack: segment {} has {} tokens, expected at least one", i, segment.length));
    if (segment.parent >= static_cast<std::int64_t>(i))
      throw Error(
          fmt::format("pack: the parent of segment {} is {}, expected an earlier one", i, segment.parent));
    if (pass.cache && segment.parent >= 0)
      throw Error(fmt::format("pack: segment {} has a parent, which a pass with a cache does not take", i));
    sum += segment.length;
  }
  if (sum != static_cast<std::int64_t>(tokens.ids.size()))
    throw Error(fmt::format("pack: {} ids, but segments of {} tokens", tokens.ids.size(), sum));
}

at::Tensor LanguageModel::logits(const at::Tensor& rows, Purpose purpose) const {
  std::optional<c10::NoGradGuard> no_gradients;
  if (purpose == Purpose::kInference) no_gradients.emplace();
  return head()(rows);
}

TargetScores LanguageModel::score(const at::Tensor& rows, std::span<const Target> targets) const {
  const c10::NoGradGuard no_gradients;
  const Head head = this->head();
  TargetScores result;
  result.log_probabilities.resize(targets.size());
  result.is_greedy.resize(targets.size());
  std::vector<std::size_t> order(targets.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](auto a, auto b) { return targets[a].row < targets[b].row; });
  const std::int64_t chunk = std::max<std::int64_t>(1, kLogitsAtATime / config().vocab_size);
  const Kernels kernels({rows.device(), rows.scalar_type()});
  for (std::size_t begin = 0; begin < order.size();) {
    const std::int64_t first = targets[order[begin]].row;
    const std::int64_t count = std::min(chunk, rows.size(0) - first);
    std::size_t end = begin;
    while (end < order.size() && targets[order[end]].row < first + count) ++end;
    at::Tensor cells =
        at::empty({2, static_cast<std::int64_t>(end - begin)}, at::kLong);  // row, column of each target
    auto cell = cells.accessor<std::int64_t, 2>();
    for (std::size_t i = begin; i < end; ++i) {
      cell[0][static_cast<std::int64_t>(i - begin)] = targets[order[i]].row - first;
      cell[1][static_cast<std::int64_t>(i - begin)] = targets[order[i]].token;
    }
    const at::Tensor values = head(rows.narrow(0, first, count));
    const RowMaxima maxima = kernels.row_maxima(values);
    const at::Tensor on_device = cells.to(values.device());
    const at::Tensor row = on_device[0], column = on_device[1];
    const at::Tensor picked = values.flatten().index_select(0, row * values.size(1) + column);
    const at::Tensor log_p = (picked.to(at::kDouble) - maxima.log_sum_exp.index_select(0, row)).to(at::kCPU);
    const at::Tensor greedy = maxima.argmax.index_select(0, row).eq(column).to(at::kCPU);
    for (std::size_t i = begin; i < end; ++i) {
      result.log_probabilities[order[i]] = log_p.const_data_ptr<double>()[i - begin];
      result.is_greedy[order[i]] = greedy.const_data_ptr<bool>()[i - begin];
    }
    begin = end;
  }
  return result;
}

}  // namespace iiet
