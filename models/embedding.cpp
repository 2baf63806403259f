#include "models/embedding.hpp"

namespace iiet {

Embedding::Embedding(std::int64_t vocabulary, std::int64_t width, at::TensorOptions options)
    : table_(at::empty({vocabulary, width}, options)) {}

at::Tensor Embedding::operator()(const at::Tensor& ids, at::ScalarType arithmetic) const {
  return at::embedding(table_, ids).to(arithmetic);
}

void Embedding::list(const std::string& name, Leaves& leaves) const {
  leaves.push_back(whole_leaf(name + ".weight", table_, Initialisation::kNormal, /*decays=*/true));
}

}  // namespace iiet
