#include "harness/text/tokenizer/special_tokens.hpp"

#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"

namespace iiet {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::json;

const std::vector<std::string> kRoles = {"bos_token", "eos_token", "unk_token", "pad_token"};

json read_object(const fs::path& path) {
  json object = parse_tokenizer_json(read_file(path), path.string());
  require(object.is_object(), "{}: expected a JSON object, got {}", path.string(), object.type_name());
  return object;
}

/// A token is written as text, or as an object with its text as `content`.
std::optional<std::string> token_text(const json& value, const std::string& where) {
  if (value.is_null()) return std::nullopt;
  const json& text = value.is_object() && value.contains("content") ? value["content"] : value;
  require(text.is_string(), "{}: expected a token's text or an object with `content`, got {}", where,
          value.dump());
  return text.get<std::string>();
}

std::optional<bool> flag(const json& object, const std::string& name, const fs::path& path) {
  if (!object.contains(name) || object[name].is_null()) return std::nullopt;
  require(object[name].is_boolean(), "{}: {}: expected true or false, got {}", path.string(), name,
          object[name].dump());
  return object[name].get<bool>();
}

void read_roles(TokenizerSettings& settings, const json& object, const fs::path& path) {
  for (const std::string& role : kRoles)
    if (object.contains(role))
      settings.roles.try_emplace(
          role,
          TokenizerSettings::Role{path.string(), token_text(object[role], path.string() + ": " + role)});
}

TokenId read_id(const json& value, const std::string& where) {
  require(value.is_number_integer() && value >= 0 && value < (1 << 24), "{}: expected a token id, got {}",
          where, value.dump());
  return value.get<TokenId>();
}

void read_config_ids(TokenizerSettings& settings, const fs::path& path) {
  const json config = read_object(path);
  for (const std::string role : {"bos_token", "eos_token"}) {
    const std::string name = role + "_id";
    if (!config.contains(name)) continue;
    const json& value = config[name].is_array() && !config[name].empty() ? config[name][0] : config[name];
    if (!value.is_null()) settings.config_ids[role] = read_id(value, path.string() + ": " + name);
  }
}

std::optional<std::string> token_in_front_of_template(const json& processor, const std::string& where) {
  std::optional<std::string> front;
  bool after_text = false;
  for (const json& part : processor.at("single")) {
    if (part.contains("Sequence")) {
      after_text = true;
      continue;
    }
    const std::string token = part.at("SpecialToken").at("id").get<std::string>();
    require(!after_text, "{}: post_processor: '{}' behind the text is not supported; supported: BOS in front",
            where, token);
    require(!front,
            "{}: post_processor: two tokens in front ('{}', '{}') are not supported; supported: BOS alone",
            where, *front, token);
    front = token;
  }
  return front;
}

std::optional<TokenId> resolve_role(const TokenizerSettings& settings, const OwnSpecialTokens& own,
                                    const std::string& role) {
  const bool needed = role == "bos_token" || role == "eos_token";
  if (const auto said = settings.roles.find(role); said != settings.roles.end()) {
    if (!said->second.content) return std::nullopt;
    const auto id = own.find(*said->second.content);
    require(id || !needed, "{}: {} '{}' is not in the vocabulary", said->second.file, role,
            *said->second.content);
    return id;
  }
  if (const auto said = settings.config_ids.find(role);
      said != settings.config_ids.end() && said->second < own.size)
    return said->second;
  return role == "bos_token"   ? own.tokens.bos
         : role == "eos_token" ? own.tokens.eos
         : role == "unk_token" ? own.tokens.unk
                               : own.tokens.pad;
}

}  // namespace

json parse_tokenizer_json(const std::string& text, const std::string& where) {
  try {
    return json::parse(text);
  } catch (const json::parse_error& error) {
    throw InputError(fmt::format("{}: not valid JSON at byte {}", where, error.byte));
  } catch (const json::out_of_range&) {  // 1e999
    throw InputError(fmt::format("{}: not valid JSON: a number is too large", where));
  }
}

TokenizerSettings read_tokenizer_settings(const fs::path& folder) {
  TokenizerSettings settings;
  if (const fs::path path = folder / "tokenizer_config.json"; fs::exists(path)) {
    const json config = read_object(path);
    read_roles(settings, config, path);
    settings.adds_bos = flag(config, "add_bos_token", path);
    settings.adds_prefix_space = flag(config, "add_prefix_space", path);
    require(!flag(config, "add_eos_token", path).value_or(false),
            "{}: add_eos_token: true is not supported; allowed: false", path.string());
  }
  if (const fs::path path = folder / "special_tokens_map.json"; fs::exists(path))
    read_roles(settings, read_object(path), path);
  if (const fs::path path = folder / "added_tokens.json"; fs::exists(path)) {
    const json added = read_object(path);
    for (const auto& [content, id] : added.items())
      settings.added_tokens[content] = read_id(id, path.string() + ": " + content);
  }
  if (const fs::path path = folder / "config.json"; fs::exists(path)) read_config_ids(settings, path);
  return settings;
}

std::optional<std::string> token_in_front(const json& post_processor, const std::string& where) {
  if (post_processor.is_null()) return std::nullopt;
  const std::string type = post_processor.value("type", "");
  if (type == "ByteLevel") return std::nullopt;  // it moves offsets only
  if (type == "TemplateProcessing") return token_in_front_of_template(post_processor, where);
  require(type == "Sequence",
          "{}: post_processor '{}' is not supported; supported: ByteLevel, TemplateProcessing, Sequence",
          where, type);
  std::optional<std::string> front;
  for (const json& part : post_processor.at("processors")) {
    require(part.value("type", "") != "Sequence",
            "{}: post_processor: a Sequence inside a Sequence is not supported", where);
    const auto token = token_in_front(part, where);
    require(!token || !front, "{}: post_processor: two tokens in front are not supported", where);
    if (token) front = token;
  }
  return front;
}

SpecialTokens resolve_special_tokens(const TokenizerSettings& settings, const OwnSpecialTokens& own) {
  SpecialTokens special;
  special.bos = resolve_role(settings, own, "bos_token");
  special.eos = resolve_role(settings, own, "eos_token");
  special.unk = resolve_role(settings, own, "unk_token");
  special.pad = resolve_role(settings, own, "pad_token");
  special.adds_bos = settings.adds_bos.value_or(own.tokens.adds_bos && special.bos);
  require(!special.adds_bos || special.bos,
          "tokenizer_config.json: add_bos_token is true, but there is no bos_token");
  return special;
}

}  // namespace iiet
