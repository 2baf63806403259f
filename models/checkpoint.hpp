#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "models/numerics.hpp"
#include "models/ode_transformer.hpp"

namespace iiet {

/// `float64`, `float32`, `bfloat16`, `float16`; throws InputError for another name.
at::ScalarType parse_dtype(const std::string& name);

struct LoadOptions {
  Numerics numerics;  // float32
  at::Device device = at::kCPU;
  std::vector<std::string> overrides;  // `key=value` of config.json
};

/// Loads a folder in Hugging Face layout (config.json, safetensors): ours, released IIET and PCformer folders
/// (model_type `llama` with `model.history.*` tensors), and Llama checkpoints. Missing, surplus, misshapen or
/// non-finite tensors: one InputError.
std::unique_ptr<OdeTransformer> load_model(const std::filesystem::path& folder, const LoadOptions& options);

/// A fresh model with random weights.
std::unique_ptr<OdeTransformer> fresh_model(ModelConfig config, const LoadOptions& options,
                                            std::uint64_t seed);

/// Writes config.json and model.safetensors (in the configuration's torch_dtype); load_model reads them back.
/// One tensor at a time is in the memory of the host besides the model.
void save_model(const OdeTransformer& model, const std::filesystem::path& folder);

}  // namespace iiet
