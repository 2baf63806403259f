#pragma once

#include <string>
#include <vector>

#include "models/parameters.hpp"

namespace iiet {

/// x W^T + b: a matrix and what multiplies with it. Nobody outside reads the numbers of the weight for
/// arithmetic, so another payload has its place here: a quantised Linear keeps its groups and scales instead
/// of `weight_`, multiplies with them in operator(), and lists what its checkpoint names.
class Linear {
 public:
  struct Shape {
    std::int64_t inputs = 0, outputs = 0;
  };
  enum class Bias { kNone, kAdded };
  /// Allocated and not yet filled.
  Linear(Shape shape, Bias bias, at::TensorOptions options);

  /// x [N,I] -> [N,O], in the type of x.
  at::Tensor operator()(const at::Tensor& x) const;

  /// Consecutive rows that a checkpoint has as a matrix of its own.
  struct Part {
    std::string name;  // without `.weight`, `.bias`
    std::int64_t rows = 0;
  };
  /// The weight's leaf and the bias', with the parts as slices; together they are all rows.
  void list(const std::vector<Part>& parts, Leaves& leaves) const;
  void list(const std::string& name, Leaves& leaves) const;

 private:
  at::Tensor weight_;  // [O,I]
  at::Tensor bias_;    // [O], undefined where there is none
};

}  // namespace iiet
