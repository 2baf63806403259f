#pragma once

#include <string>

#include "models/linear.hpp"

namespace iiet {

/// A row a token of the vocabulary. Where the head is tied it is the same leaf, so the table also multiplies.
class Embedding {
 public:
  Embedding(std::int64_t vocabulary, std::int64_t width, at::TensorOptions options);
  /// ids [N] -> rows [N,D] in the given type.
  at::Tensor operator()(const at::Tensor& ids, at::ScalarType arithmetic) const;
  /// As a tied head: D -> V.
  Linear as_head() const { return Linear(table_); }
  at::Device device() const { return table_.device(); }
  void list(const std::string& name, Leaves& leaves) const;

 private:
  at::Tensor table_;  // [V,D]
};

}  // namespace iiet
