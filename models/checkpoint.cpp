#include "models/checkpoint.hpp"

#include <c10/core/GradMode.h>
#include <fmt/ranges.h>

#include "harness/base/error.hpp"
#include "models/safetensors.hpp"

namespace iiet {
namespace fs = std::filesystem;
namespace {

at::ScalarType stored_type(const std::string& dtype) {
  if (dtype == "F64") return at::kDouble;
  if (dtype == "F32") return at::kFloat;
  return dtype == "F16" ? at::kHalf : at::kBFloat16;
}

std::string stored_name(at::ScalarType type) {
  switch (type) {
    case at::kDouble:
      return "F64";
    case at::kFloat:
      return "F32";
    case at::kHalf:
      return "F16";
    default:
      return "BF16";
  }
}

std::string shape_text(at::IntArrayRef shape) {
  return fmt::format("[{}]", fmt::join(shape.begin(), shape.end(), ", "));
}

/// Released IIET and PCformer code saves itself as `llama` without a count of iterations: the tensors tell
/// (models.md 1.8).
void complete_config(ModelConfig& config, const SafeTensors& weights, const std::string& where) {
  const auto has = [&](const char* name) { return weights.tensors().contains(name); };
  if (config.model_type == "llama" && has("model.history.weight")) {
    config.model_type = has("model.alpha") ? "pcformer" : "iiet";
    if (config.model_type == "iiet") config.iterations.assign(config.num_hidden_layers, 3);
    if (has("model.RK_norm.3.weight")) config.calculate_num = 4;
    config.notes.push_back(fmt::format("{}: model_type 'llama' with a layer history: taken for {}", where,
                                       config.model_type == "iiet" ? "IIET with 3 iterations" : "PCformer"));
  }
  if (!config.tie_word_embeddings) config.tie_word_embeddings = !has("lm_head.weight");
}

/// Names that are known to lie in Llama folders and carry no parameters.
bool is_derived(const std::string& name) { return name.ends_with("rotary_emb.inv_freq"); }

void check_names(const std::vector<NamedTensor>& parameters, const SafeTensors& weights,
                 const ModelConfig& config, const std::string& where) {
  std::vector<std::string> missing, surplus;
  std::map<std::string, bool> known;
  for (const NamedTensor& p : parameters) {
    known[p.name] = true;
    if (!weights.tensors().contains(p.name)) missing.push_back(p.name);
  }
  for (const auto& [name, tensor] : weights.tensors())
    if (!known.contains(name) && !is_derived(name) &&
        !(name == "lm_head.weight" && *config.tie_word_embeddings))
      surplus.push_back(name);
  const auto listed = [](std::vector<std::string> names) {
    const std::size_t count = names.size();
    if (count > 4) names.resize(4);
    return fmt::format("{} ({}{})", count, fmt::join(names, ", "), count > 4 ? ", …" : "");
  };
  require(missing.empty() && surplus.empty(), "{}: tensors do not fit model_type '{}':{}{}{}", where,
          config.model_type, missing.empty() ? "" : " missing " + listed(missing),
          missing.empty() || surplus.empty() ? "" : ";",
          surplus.empty() ? "" : " not expected " + listed(surplus));
}

void check_shapes(const std::vector<NamedTensor>& parameters, const SafeTensors& weights,
                  const std::string& where) {
  for (const NamedTensor& p : parameters) {
    const StoredTensor& stored = weights.tensors().at(p.name);
    require(at::IntArrayRef(stored.shape) == p.tensor.sizes(),
            "{}: {}: shape {}, the configuration asks for {}", where, p.name, shape_text(stored.shape),
            shape_text(p.tensor.sizes()));
  }
}

void fill(const std::vector<NamedTensor>& parameters, const SafeTensors& weights, const std::string& where) {
  for (const NamedTensor& p : parameters) {
    const StoredTensor& stored = weights.tensors().at(p.name);
    // The mapping is read-only and outlives the view; from_blob has no const form. Offsets need not be
    // aligned to the type.
    const at::Tensor bytes = at::from_blob(const_cast<char*>(stored.bytes.data()),
                                           {static_cast<std::int64_t>(stored.bytes.size())}, at::kByte);
    const at::ScalarType type = stored_type(stored.dtype);
    const bool aligned = reinterpret_cast<std::uintptr_t>(stored.bytes.data()) % at::elementSize(type) == 0;
    const at::Tensor values = (aligned ? bytes : bytes.clone()).view(type).view(stored.shape);
    require(values.isfinite().all().item<bool>(), "{}: {}: holds NaN or infinity", where, p.name);
    p.tensor.copy_(values);
  }
}

}  // namespace

at::ScalarType parse_dtype(const std::string& name) {
  if (name == "float64") return at::kDouble;
  if (name == "float32") return at::kFloat;
  if (name == "bfloat16") return at::kBFloat16;
  if (name == "float16") return at::kHalf;
  throw InputError(fmt::format("dtype '{}': allowed are float64, float32, bfloat16, float16", name));
}

std::unique_ptr<OdeTransformer> load_model(const fs::path& folder, const LoadOptions& options) {
  ModelConfig config = load_model_config(folder);
  const SafeTensors weights(folder);
  complete_config(config, weights, (folder / "config.json").string());
  override_fields(config, options.overrides);
  // Without memory first: a configuration of absurd size must fail for not fitting the file.
  const OdeTransformer outline(config, options.numerics, at::kMeta);
  const auto expected = named_tensors(outline.parameters());
  check_names(expected, weights, config, folder.string());
  check_shapes(expected, weights, folder.string());
  auto model = std::make_unique<OdeTransformer>(config, options.numerics, options.device);
  const c10::NoGradGuard no_gradient;
  fill(named_tensors(model->parameters()), weights, folder.string());
  return model;
}

std::unique_ptr<OdeTransformer> fresh_model(ModelConfig config, const LoadOptions& options,
                                            std::uint64_t seed) {
  if (!config.tie_word_embeddings) config.tie_word_embeddings = false;
  const double standard_deviation = config.initializer_range;
  auto model = std::make_unique<OdeTransformer>(std::move(config), options.numerics, options.device);
  initialise(model->parameters(), standard_deviation, seed);
  return model;
}

void save_model(const OdeTransformer& model, const fs::path& folder) {
  const at::ScalarType type = parse_dtype(model.config().torch_dtype);
  const c10::NoGradGuard no_gradient;
  const auto tensors = named_tensors(model.parameters());
  std::vector<TensorOutline> outlines;
  for (const NamedTensor& t : tensors)
    outlines.push_back({t.name, stored_name(type), t.tensor.sizes().vec()});
  at::Tensor held;  // the one whose bytes are being written
  write_safetensors(folder / "model.safetensors", outlines, [&](std::size_t i) {
    held = at::Tensor();
    held = tensors[i].tensor.to(at::kCPU, type).contiguous();
    return std::string_view(static_cast<const char*>(held.const_data_ptr()), held.nbytes());
  });
  write_file_atomically(folder / "config.json", to_json(model.config()).dump(2) + "\n");
}

}  // namespace iiet
