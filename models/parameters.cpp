#include "models/parameters.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <c10/core/GradMode.h>

namespace iiet {

void initialise(Parameters& parameters, double standard_deviation, std::uint64_t seed) {
  c10::NoGradGuard no_gradient;
  const at::Generator generator = at::detail::createCPUGenerator(seed);
  for (Parameter& p : parameters) {
    switch (p.initialisation) {
      case Initialisation::kNormal: {
        const at::Tensor drawn =
            at::empty(p.tensor.sizes(), at::kDouble).normal_(0, standard_deviation, generator);
        p.tensor.copy_(drawn);
        break;
      }
      case Initialisation::kZeros:
        p.tensor.zero_();
        break;
      case Initialisation::kOnes:
        p.tensor.fill_(1);
        break;
      case Initialisation::kHalf:
        p.tensor.fill_(0.5);
        break;
      case Initialisation::kHistory: {
        const std::int64_t n = p.tensor.size(0);
        const at::Tensor triangle = at::ones({n, n}, at::kDouble).tril();
        p.tensor.copy_(triangle / triangle.sum(1, /*keepdim=*/true));
        break;
      }
    }
  }
}

}  // namespace iiet
