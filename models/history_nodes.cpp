#include "models/history_nodes.hpp"

#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/custom_function.h>

#include "harness/base/error.hpp"

namespace iiet {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

at::Tensor weighted_sums(const at::Tensor& weights, const at::Tensor& rows) {
  return weights.mm(rows.flatten(1)).view({weights.size(0), rows.size(1), rows.size(2)});
}

/// The sums as one operation of the graph. LibTorch's own operators would keep a copy of all nodes a call.
class Combination : public torch::autograd::Function<Combination> {
 public:
  /// `rows`, the nodes' values, is no input of the graph; `nodes` only says where gradients go. Later rows of
  /// its buffer are still written when this is saved, so what is saved counts versions of its own.
  static at::Tensor forward(AutogradContext* context, const at::Tensor& weights, const at::Tensor& rows,
                            [[maybe_unused]] at::TensorList nodes) {
    context->save_for_backward({weights, at::Tensor(rows.variable_data())});
    return weighted_sums(weights, rows);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    if (c10::GradMode::is_enabled())  // `rows` has no history, so a second derivative would lack terms
      throw Error("layer history: a graph of the gradients is asked for, but it is differentiable only once");
    const variable_list saved = context->get_saved_variables();
    const at::Tensor &weights = saved[0], &rows = saved[1];
    const at::Tensor& of_sums = gradients[0];
    variable_list result{of_sums.flatten(1).mm(rows.flatten(1).t()), at::Tensor()};
    const at::Tensor of_nodes = weighted_sums(weights.t(), of_sums);
    for (std::int64_t k = 0; k < rows.size(0); ++k) result.push_back(of_nodes[k]);
    return result;
  }
};

}  // namespace

void HistoryNodes::append(const at::Tensor& node, std::int64_t capacity) {
  if (!buffer_.defined()) buffer_ = at::empty({capacity, node.size(0), node.size(1)}, node.options());
  if (count_ == buffer_.size(0))
    throw Error(fmt::format("layer history: more than the {} nodes that were announced", count_));
  buffer_[count_++].copy_(node.detach());
  if (purpose_ == Purpose::kTraining) nodes_.push_back(node);
}

at::Tensor HistoryNodes::combine(const at::Tensor& weights) const {
  const at::Tensor rows = buffer_.narrow(0, 0, count_);
  return purpose_ == Purpose::kTraining ? Combination::apply(weights, rows, at::TensorList(nodes_))
                                        : weighted_sums(weights, rows);
}

}  // namespace iiet
