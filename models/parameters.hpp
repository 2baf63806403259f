#pragma once

#include <string>
#include <vector>

#include <ATen/ATen.h>

namespace iiet {

/// How a fresh model fills a tensor.
enum class Initialisation { kNormal, kZeros, kOnes, kHistory, kHalf };

/// A tensor of a model under the name it has in checkpoints. Often a view: q, k and v are rows of one fused
/// matrix, so that a block multiplies once.
struct Parameter {
  std::string name;
  at::Tensor tensor;
  Initialisation initialisation = Initialisation::kNormal;
};
using Parameters = std::vector<Parameter>;

/// Fills every parameter of a fresh model: normal with the given standard deviation (Linear, Embedding), 0
/// (biases), 1 (norms), the row-normalised lower triangle of ones (history), 1/2 (alpha). Reproducible for a
/// seed.
void initialise(Parameters& parameters, double standard_deviation, std::uint64_t seed);

}  // namespace iiet
