#include "models/rope.hpp"

#include <cmath>
#include <numbers>

namespace iiet {
namespace {

/// Llama 3.1's scaling: long wavelengths are stretched by `factor`, short ones kept, the band between blended
/// linearly.
template <typename Real>
Real llama3(Real frequency, const RopeScaling& scaling) {
  const auto original = static_cast<Real>(scaling.original_max_position_embeddings);
  const auto low = static_cast<Real>(scaling.low_freq_factor),
             high = static_cast<Real>(scaling.high_freq_factor);
  const auto factor = static_cast<Real>(scaling.factor);
  const Real wavelength = 2 * std::numbers::pi_v<Real> / frequency;
  if (wavelength > original / low) return frequency / factor;
  if (wavelength < original / high) return frequency;
  const Real smooth = (original / wavelength - low) / (high - low);
  return (1 - smooth) * frequency / factor + smooth * frequency;
}

template <typename Real>
std::vector<Real> frequencies(const ModelConfig& config) {
  std::vector<Real> result;
  for (std::int64_t i = 0; i < config.head_dim / 2; ++i) {
    const Real exponent = static_cast<Real>(2 * i) / static_cast<Real>(config.head_dim);
    Real frequency = Real{1} / std::pow(static_cast<Real>(config.rope_theta), exponent);
    if (config.rope_scaling.type == "linear") frequency /= static_cast<Real>(config.rope_scaling.factor);
    if (config.rope_scaling.type == "llama3") frequency = llama3(frequency, config.rope_scaling);
    result.push_back(frequency);
  }
  return result;
}

}  // namespace

at::Tensor rotary_frequencies(const ModelConfig& config, at::ScalarType type) {
  if (type == at::kDouble) return at::tensor(frequencies<double>(config), at::kDouble);
  return at::tensor(frequencies<float>(config), at::kFloat);
}

RotaryAngles rotary_angles(const at::Tensor& frequencies, const at::Tensor& positions) {
  const at::Tensor angles = at::outer(positions.to(frequencies.scalar_type()), frequencies);
  return {angles.cos(), angles.sin()};
}

}  // namespace iiet
