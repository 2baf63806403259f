#include "models/parameters.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <c10/core/GradMode.h>

namespace iiet {

Leaf whole_leaf(std::string name, at::Tensor tensor, Initialisation initialisation, bool decays) {
  const std::int64_t rows = tensor.size(0);
  return {std::move(tensor), {{std::move(name), 0, rows}}, initialisation, decays};
}

std::vector<NamedTensor> named_tensors(const Leaves& leaves) {
  std::vector<NamedTensor> tensors;
  for (const Leaf& leaf : leaves)
    for (const NamedSlice& slice : leaf.slices)
      tensors.push_back(
          {slice.name, leaf.tensor.narrow(0, slice.begin, slice.end - slice.begin), leaf.initialisation});
  return tensors;
}

void initialise(const Leaves& leaves, double standard_deviation, std::uint64_t seed) {
  c10::NoGradGuard no_gradient;
  const at::Generator generator = at::detail::createCPUGenerator(seed);
  for (const auto& [name, tensor, initialisation] : named_tensors(leaves)) {
    switch (initialisation) {
      case Initialisation::kNormal:
        tensor.copy_(at::empty(tensor.sizes(), at::kDouble).normal_(0, standard_deviation, generator));
        break;
      case Initialisation::kZeros:
        tensor.zero_();
        break;
      case Initialisation::kOnes:
        tensor.fill_(1);
        break;
      case Initialisation::kHalf:
        tensor.fill_(0.5);
        break;
      case Initialisation::kHistory: {
        const std::int64_t n = tensor.size(0);
        const at::Tensor triangle = at::ones({n, n}, at::kDouble).tril();
        tensor.copy_(triangle / triangle.sum(1, /*keepdim=*/true));
        break;
      }
    }
  }
}

}  // namespace iiet
