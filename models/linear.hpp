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

  /// A leaf that is also another's: the weight itself.
  explicit Linear(at::Tensor weight) : weight_(std::move(weight)) {}

  /// The same numbers in the type of the arithmetic; shared where they have it already.
  Linear in(at::ScalarType arithmetic) const;

  /// x [N,I], in the type of the weight -> [N,O].
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
