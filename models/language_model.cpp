#include "models/language_model.hpp"

#include <algorithm>

#include "models/kernels/kernels.hpp"

namespace iiet {
namespace {

constexpr std::int64_t kLogitsAtATime = 8 << 20;  // 32 MB of float32

}  // namespace

TargetScores LanguageModel::score(const at::Tensor& rows, std::span<const Target> targets) const {
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
    const at::Tensor values = logits(rows.narrow(0, first, count));
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
