#pragma once

#include <vector>

#include <ATen/ATen.h>

#include "models/config.hpp"

namespace iiet {

/// Rotary frequencies [C/2], theta^(-2i/C) with the configuration's scaling applied. float64 for `type`
/// float64; otherwise computed and kept in float32, as Hugging Face's Llama does.
at::Tensor rotary_frequencies(const ModelConfig& config, at::ScalarType type);

/// cos and sin of position * frequency, [N,C/2], in the type of `frequencies`. positions [N] int64.
struct RotaryAngles {
  at::Tensor cos, sin;
};
RotaryAngles rotary_angles(const at::Tensor& frequencies, const at::Tensor& positions);

}  // namespace iiet
