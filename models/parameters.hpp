#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <ATen/ATen.h>

namespace iiet {

/// How a fresh model fills a tensor.
enum class Initialisation { kNormal, kZeros, kOnes, kHistory, kHalf };

/// Rows [begin, end) of a leaf under the name that checkpoints have for them
/// (`model.layers.0.mlp.up_proj.weight`).
struct NamedSlice {
  std::string name;
  std::int64_t begin = 0, end = 0;
};

/// A tensor that a model owns and that training changes as a whole: no view of another. Fused matrices are
/// one leaf of several slices. An optimiser takes the leaves of OdeTransformer::parameters(), lets gradients
/// flow to `tensor` (requires_grad), and keeps its moments a leaf; it needs to know no layer.
struct Leaf {
  at::Tensor tensor;
  std::vector<NamedSlice> slices;  // in order and without gaps: together all rows
  Initialisation initialisation = Initialisation::kNormal;
  bool decays = true;  // by an optimiser's weight decay: matrices do; norms, biases, history and alpha do not
};
using Leaves = std::vector<Leaf>;

/// A leaf that has one name.
Leaf whole_leaf(std::string name, at::Tensor tensor, Initialisation initialisation, bool decays);

/// A tensor of a checkpoint: a slice as a view of its leaf.
struct NamedTensor {
  std::string name;
  at::Tensor tensor;
  Initialisation initialisation;
};

/// All slices of all leaves, in order.
std::vector<NamedTensor> named_tensors(const Leaves& leaves);

/// Fills every slice of a fresh model: normal with the given standard deviation (Linear, Embedding), 0
/// (biases), 1 (norms), the row-normalised lower triangle of ones (history), 1/2 (alpha). Reproducible for a
/// seed, whatever matrices are fused.
void initialise(const Leaves& leaves, double standard_deviation, std::uint64_t seed);

/// A parameter in the type of the arithmetic; differentiable. What is large is converted once a pass (the
/// `in` of Linear, RmsNorm and Block), so that training keeps one copy for all evaluations of a layer.
inline at::Tensor in_type(at::ScalarType arithmetic, const at::Tensor& parameter) {
  return parameter.scalar_type() == arithmetic ? parameter : parameter.to(arithmetic);
}

}  // namespace iiet
