#include "models/config.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/ranges.h>

#include "harness/base/files.hpp"
#include "harness/base/json_fields.hpp"
#include "models/scheme.hpp"

namespace iiet {
namespace {

/// The fields of config.json, listed once: reading, writing and overriding walk this list.
template <typename Config, typename Visitor>
void fields(Config& c, Visitor& visit) {
  visit("model_type", c.model_type);
  visit("vocab_size", c.vocab_size);
  visit("hidden_size", c.hidden_size);
  visit("intermediate_size", c.intermediate_size);
  visit("num_hidden_layers", c.num_hidden_layers);
  visit("num_attention_heads", c.num_attention_heads);
  visit("num_key_value_heads", c.num_key_value_heads);
  visit("head_dim", c.head_dim);
  visit("max_position_embeddings", c.max_position_embeddings);
  visit("rms_norm_eps", c.rms_norm_eps);
  visit("rope_theta", c.rope_theta);
  visit("tie_word_embeddings", c.tie_word_embeddings);
  visit("attention_bias", c.attention_bias);
  visit("mlp_bias", c.mlp_bias);
  visit("iterations", c.iterations);
  visit("calculate_num", c.calculate_num);
  visit("bos_token_id", c.bos_token_id);
  visit("initializer_range", c.initializer_range);
  visit("untrained", c.untrained);
  visit("torch_dtype", c.torch_dtype);
}

/// Keys of Hugging Face configurations that do not change what the model computes.
const std::set<std::string> kWithoutEffect{"architectures",
                                           "transformers_version",
                                           "use_cache",
                                           "pad_token_id",
                                           "attention_dropout",
                                           "_name_or_path",
                                           "pretraining_tp",
                                           "torchscript",
                                           "output_attentions",
                                           "output_hidden_states",
                                           "return_dict",
                                           "is_llama_config",
                                           "dtype",
                                           "unk_token_id",
                                           "auto_map",
                                           "initializer_factor",
                                           "transformers.js_config",
                                           "max_window_layers",
                                           "hidden_dropout"};

/// Keys that change the maths: only the value given here is accepted.
const std::vector<std::pair<std::string, Json>> kOnlyValue{{"hidden_act", "silu"},
                                                           {"rope_interleaved", false},
                                                           {"partial_rotary_factor", 1.0},
                                                           {"sliding_window", nullptr},
                                                           {"quantization_config", nullptr},
                                                           {"use_sliding_window", false},
                                                           {"logits_soft_cap", nullptr},
                                                           {"final_logit_softcapping", nullptr},
                                                           {"attn_logit_softcapping", nullptr},
                                                           {"embedding_multiplier", 1.0},
                                                           {"residual_multiplier", 1.0},
                                                           {"attention_multiplier", nullptr},
                                                           {"logits_scaling", 1.0},
                                                           {"num_local_experts", nullptr},
                                                           {"no_rope_layers", nullptr},
                                                           {"use_qk_norm", false},
                                                           {"qk_norm", false}};

void read_rope_scaling(const Json& json, ModelConfig& config, const std::string& where) {
  RopeScaling& scaling = config.rope_scaling;
  StrictObject read(json, where);
  std::optional<std::string> type, rope_type;
  read("type", type);
  read("rope_type", rope_type);
  require(!type || !rope_type || *type == *rope_type, "{}: type '{}' and rope_type '{}' disagree", where,
          type.value_or(""), rope_type.value_or(""));
  if (rope_type) type = rope_type;
  scaling.type = type.value_or("default");
  require(scaling.type == "default" || scaling.type == "linear" || scaling.type == "llama3",
          "{}: rope_type: '{}' is not supported; allowed: default, linear, llama3", where, scaling.type);
  read("rope_theta", config.rope_theta);
  read("factor", scaling.factor);
  if (scaling.type == "llama3") {
    read("low_freq_factor", scaling.low_freq_factor);
    read("high_freq_factor", scaling.high_freq_factor);
    read("original_max_position_embeddings", scaling.original_max_position_embeddings);
  }
  const auto& known = read.known();
  for (const auto& [key, value] : json.items())
    require(std::count(known.begin(), known.end(), key) > 0, "{}: '{}' is not supported with rope_type '{}'",
            where, key, scaling.type);
  require(scaling.type == "default" || json.contains("factor"), "{}: 'factor' is missing", where);
  if (scaling.type == "llama3")
    for (const char* needed : {"low_freq_factor", "high_freq_factor", "original_max_position_embeddings"})
      require(json.contains(needed), "{}: '{}' is missing", where, needed);
  require(scaling.factor >= 1, "{}: factor: 1 or more, got {}", where, scaling.factor);
  require(scaling.type != "llama3" || scaling.high_freq_factor > scaling.low_freq_factor,
          "{}: high_freq_factor must be above low_freq_factor", where);
}

void read_eos(const Json& json, ModelConfig& config, const std::string& where) {
  // Llama-3 lists several; the first is the end of text, all of them end a generation.
  const Json ids = json.is_array() ? json : Json::array({json});
  config.other_eos_token_ids.clear();
  for (const Json& id : ids) {
    require(id.is_number_integer(), "{}: eos_token_id: expected an integer or a list of them, got {}", where,
            json.dump());
    if (&id == &ids.front())
      config.eos_token_id = id.get<std::int64_t>();
    else
      config.other_eos_token_ids.push_back(id.get<std::int64_t>());
  }
}

void check_other_keys(const Json& json, const std::vector<std::string>& known, ModelConfig& config,
                      const std::string& where) {
  for (const auto& [key, value] : json.items()) {
    if (std::count(known.begin(), known.end(), key) || kWithoutEffect.contains(key)) continue;
    const auto only =
        std::find_if(kOnlyValue.begin(), kOnlyValue.end(), [&](const auto& e) { return e.first == key; });
    if (only != kOnlyValue.end()) {
      require(value.is_null() || value == only->second, "{}: {}: {} is not supported; allowed: {}", where,
              key, value.dump(), only->second.dump());
      continue;
    }
    require(key.find("rope") == std::string::npos && key.find("rotary") == std::string::npos,
            "{}: {}: this rotary setting is not supported", where, key);
    config.notes.push_back(fmt::format("{}: field '{}' is unknown and was not used", where, key));
  }
}

void fill_and_check(ModelConfig& c, const std::string& where) {
  // The bounds keep products of sizes within 64 bits.
  const auto positive = [&](const char* name, std::int64_t value, std::int64_t most = 1 << 20) {
    require(value >= 1 && value <= most, "{}: {}: expected 1 to {}, got {}", where, name, most, value);
  };
  positive("vocab_size", c.vocab_size, 1 << 24);
  positive("hidden_size", c.hidden_size);
  positive("intermediate_size", c.intermediate_size);
  positive("num_hidden_layers", c.num_hidden_layers, 4096);
  positive("num_attention_heads", c.num_attention_heads, 1 << 16);
  positive("max_position_embeddings", c.max_position_embeddings, 1 << 30);
  if (c.num_key_value_heads == 0) c.num_key_value_heads = c.num_attention_heads;
  positive("num_key_value_heads", c.num_key_value_heads);
  require(c.num_attention_heads % c.num_key_value_heads == 0,
          "{}: num_key_value_heads: must divide num_attention_heads ({}), got {}", where,
          c.num_attention_heads, c.num_key_value_heads);
  if (c.head_dim == 0) {
    require(c.hidden_size % c.num_attention_heads == 0,
            "{}: num_attention_heads: must divide hidden_size ({}) where head_dim is absent, got {}", where,
            c.hidden_size, c.num_attention_heads);
    c.head_dim = c.hidden_size / c.num_attention_heads;
  }
  positive("head_dim", c.head_dim, 1 << 16);
  require(c.head_dim % 2 == 0, "{}: head_dim: must be even for rotary positions, got {}", where, c.head_dim);
  require(c.rms_norm_eps > 0 && c.rope_theta > 0, "{}: rms_norm_eps and rope_theta must be positive", where);
  require(c.calculate_num == 2 || c.calculate_num == 4, "{}: calculate_num: allowed: 2, 4; got {}", where,
          c.calculate_num);
  const std::string& type = c.model_type;
  const bool iterated = type == "iiet" || type == "e-iiet" || type == "iiet-plain";
  require(!iterated || !c.iterations.empty() || type == "iiet",
          "{}: iterations: missing, {} needs one entry a layer", where, type);
  if (type == "iiet" && c.iterations.empty()) {
    c.iterations.assign(c.num_hidden_layers, 3);
    c.notes.push_back(where + ": no iterations given: 3 in every layer, as released");
  }
  require(iterated || c.iterations.empty(), "{}: iterations: not a field of model_type '{}'", where, type);
  require(!iterated || static_cast<std::int64_t>(c.iterations.size()) == c.num_hidden_layers,
          "{}: iterations: one entry a layer ({}), got {}", where, c.num_hidden_layers, c.iterations.size());
  for (const std::int64_t r : c.iterations)
    require(r >= 0 && r <= 1000, "{}: iterations: 0 to 1000, got {}", where, r);
}

}  // namespace

ModelConfig parse_model_config(const Json& json, const std::string& where) {
  ModelConfig config;
  StrictObject read(json, where);
  fields(config, read);
  if (config.model_type == "mistral") config.model_type = "llama";
  variant_of(config);  // first of all: an unknown model_type is an error naming the known ones
  auto known = read.known();
  known.insert(known.end(), {"rope_scaling", "rope_parameters", "eos_token_id"});
  if (json.contains("eos_token_id") && !json["eos_token_id"].is_null())
    read_eos(json["eos_token_id"], config, where);
  const auto has = [&](const char* key) { return json.contains(key) && !json[key].is_null(); };
  require(!(has("rope_scaling") && has("rope_parameters")),
          "{}: rope_scaling and rope_parameters exclude each other", where);
  // transformers 5 writes both the base and the scaling into rope_parameters.
  for (const char* key : {"rope_scaling", "rope_parameters"})
    if (has(key)) read_rope_scaling(json[key], config, where + ": " + key);
  check_other_keys(json, known, config, where);
  fill_and_check(config, where);
  return config;
}

ModelConfig load_model_config(const std::filesystem::path& folder) {
  const auto path = folder / "config.json";
  return parse_model_config(read_json(path), path.string());
}

Json to_json(const ModelConfig& config) {
  FieldWriter write;
  fields(config, write);
  if (config.other_eos_token_ids.empty()) {
    write("eos_token_id", config.eos_token_id);
  } else {
    std::vector<std::int64_t> all{*config.eos_token_id};
    all.insert(all.end(), config.other_eos_token_ids.begin(), config.other_eos_token_ids.end());
    write("eos_token_id", all);
  }
  write("hidden_act", std::string("silu"));
  Json json = write.take();
  if (config.model_type != "pcformer") json.erase("calculate_num");
  if (!config.untrained) json.erase("untrained");
  const RopeScaling& scaling = config.rope_scaling;
  if (scaling.type != "default") {
    Json& object = json["rope_scaling"] = {{"rope_type", scaling.type}, {"factor", scaling.factor}};
    if (scaling.type == "llama3") {
      object["low_freq_factor"] = scaling.low_freq_factor;
      object["high_freq_factor"] = scaling.high_freq_factor;
      object["original_max_position_embeddings"] = scaling.original_max_position_embeddings;
    }
  }
  return json;
}

void override_fields(ModelConfig& config, std::span<const std::string> assignments) {
  if (assignments.empty()) return;
  Json json = to_json(config);
  StrictObject names(json, "");
  ModelConfig scratch;
  fields(scratch, names);
  auto notes = std::move(config.notes);
  for (const std::string& assignment : assignments) {
    const auto equals = assignment.find('=');
    require(equals != std::string::npos && equals > 0, "model override '{}': expected key=value", assignment);
    const std::string key = assignment.substr(0, equals), text = assignment.substr(equals + 1);
    require(std::count(names.known().begin(), names.known().end(), key) > 0, "{}",
            unknown_name("config field", key, names.known()));
    Json value = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (value.is_discarded()) value = text;
    if (key == "iterations" && value.is_number_integer())
      value = std::vector<std::int64_t>(config.num_hidden_layers, value.get<std::int64_t>());
    json[key] = value;
    notes.push_back("config override: " + assignment);
  }
  config = parse_model_config(json, fmt::format("model override '{}'", fmt::join(assignments, ":")));
  notes.insert(notes.end(), config.notes.begin(), config.notes.end());
  config.notes = std::move(notes);
}

}  // namespace iiet
