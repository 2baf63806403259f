#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "harness/text/tokenizer/tokenizer.hpp"

namespace iiet {

/// What the files beside a vocabulary say about the tokenizer (tokenizer_config.json,
/// special_tokens_map.json, added_tokens.json, config.json). All empty for a tokenizer that is a single file.
struct TokenizerSettings {
  /// A role that a file speaks of; `content` is empty where the file says that there is none (null).
  struct Role {
    std::string file;
    std::optional<std::string> content;
  };
  std::map<std::string, Role> roles;            // "bos_token", "eos_token", "unk_token", "pad_token"
  std::map<std::string, TokenId> config_ids;    // "bos_token", "eos_token": ids from config.json
  std::map<std::string, TokenId> added_tokens;  // added_tokens.json
  std::optional<bool> adds_bos;                 // add_bos_token
  std::optional<bool> adds_prefix_space;        // add_prefix_space
};

/// Reads the files of `folder` that are there. Throws InputError naming file and field if one is malformed,
/// or asks for a token at the end of every text (add_eos_token), which is not supported.
TokenizerSettings read_tokenizer_settings(const std::filesystem::path& folder);

/// The token that a tokenizer.json's `post_processor` puts in front of a text, if any. Throws InputError
/// naming the component if it does anything else to the ids.
std::optional<std::string> token_in_front(const nlohmann::json& post_processor, const std::string& where);

/// A tokenizer's own special tokens, for roles that no file speaks of.
struct OwnSpecialTokens {
  SpecialTokens tokens;
  std::function<std::optional<TokenId>(const std::string&)> find;  // id of a spelling
  TokenId size = 0;
};

/// Roles as the files say, else the tokenizer's own; `adds_bos` stays the tokenizer's own unless
/// add_bos_token is there. Throws InputError if a BOS or EOS token is named that the vocabulary lacks, or BOS
/// is to be added and there is none.
SpecialTokens resolve_special_tokens(const TokenizerSettings& settings, const OwnSpecialTokens& own);

/// Parses JSON with unordered objects (a vocabulary has too many keys for ordered ones); throws InputError.
nlohmann::json parse_tokenizer_json(const std::string& text, const std::string& where);

}  // namespace iiet
