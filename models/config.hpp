#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/base/json.hpp"

namespace iiet {

/// Rotary frequency scaling: `linear` (positions / factor) and `llama3` (three frequency bands); `default` is
/// none.
struct RopeScaling {
  std::string type = "default";
  double factor = 1;
  double low_freq_factor = 1, high_freq_factor = 4;
  std::int64_t original_max_position_embeddings = 8192;
};

/// What a model folder's config.json says, in the names of Hugging Face's Llama configuration, and our
/// fields.
struct ModelConfig {
  std::string model_type = "llama";  // llama, pcformer, iiet, iiet-plain, e-iiet, rk2, rk4
  std::int64_t vocab_size = 0;
  std::int64_t hidden_size = 0;
  std::int64_t intermediate_size = 0;
  std::int64_t num_hidden_layers = 0;
  std::int64_t num_attention_heads = 0;
  std::int64_t num_key_value_heads = 0;  // absent: num_attention_heads
  std::int64_t head_dim = 0;             // absent: hidden_size / num_attention_heads
  std::int64_t max_position_embeddings = 2048;
  double rms_norm_eps = 1e-6;
  double rope_theta = 10000;
  RopeScaling rope_scaling;
  std::optional<bool> tie_word_embeddings;  // absent: tied exactly if the folder has no lm_head.weight
  bool attention_bias = false;              // on q, k, v and o
  bool mlp_bias = false;
  std::vector<std::int64_t> iterations;  // iiet, e-iiet, iiet-plain: one entry a layer
  std::int64_t calculate_num = 2;        // pcformer: stages of the predictor
  std::optional<std::int64_t> bos_token_id, eos_token_id;
  std::vector<std::int64_t> other_eos_token_ids;  // where eos_token_id is a list: its further entries
  double initializer_range = 0.02;
  bool untrained = false;  // weights are random: every result is marked so
  std::string torch_dtype = "float32";
  /// Remarks for the user: guesses, and fields that are unknown and were not used.
  std::vector<std::string> notes;
};

/// Reads and checks a configuration; `where` names it in messages. Fields that would change the maths and are
/// not supported are refused by name.
ModelConfig parse_model_config(const Json& json, const std::string& where);
ModelConfig load_model_config(const std::filesystem::path& folder);

/// The configuration as config.json holds it; parse_model_config reads it back to the same.
Json to_json(const ModelConfig& config);

/// Applies assignments `key=value` together (value as JSON, or as text); `iterations=N` stands for N in every
/// layer. Throws InputError for an unknown field and where the result is no valid configuration.
void override_fields(ModelConfig& config, std::span<const std::string> assignments);

/// What running the model costs, from its shape alone.
struct ModelCost {
  std::vector<std::int64_t> evaluations;   // block evaluations, one entry a layer
  std::int64_t evaluations_per_token = 0;  // their sum
  double flops_per_token =
      0;  // multiply and add = 2; head included, attention over `context` positions excluded
  std::int64_t kv_values_per_token = 0;  // numbers kept a token in exact per-evaluation caches
};
ModelCost cost_of(const ModelConfig& config);

}  // namespace iiet
