#pragma once

#include <filesystem>
#include <memory>

#include <nlohmann/json_fwd.hpp>

#include "harness/text/tokenizer/added_tokens.hpp"
#include "harness/text/tokenizer/bpe.hpp"
#include "harness/text/tokenizer/normalizer.hpp"
#include "harness/text/tokenizer/pre_tokenizer.hpp"
#include "harness/text/tokenizer/special_tokens.hpp"
#include "harness/text/tokenizer/tokenizer.hpp"

namespace iiet {

/// Byte-level BPE (GPT-2, GPT-NeoX, SmolLM2, Llama 3, …). Bytes that are not valid UTF-8 are encoded one by
/// one; decoding writes U+FFFD for what is not valid UTF-8.
class ByteLevelBpe : public Tokenizer {
 public:
  /// What text goes through before and after the merges.
  struct Stages {
    Normalizer normalizer;
    PreTokenizer pre_tokenizer;
    std::vector<AddedToken> added;
  };

  ByteLevelBpe(const Bpe::Source& source, Stages stages);

  std::vector<TokenId> encode(std::string_view text) const override;
  std::string decode(std::span<const TokenId> ids) const override;
  std::string piece(TokenId id) const override;
  TokenId size() const override { return size_; }
  bool is_special(TokenId id) const override;

  /// Id of an added token or of a token of the vocabulary.
  std::optional<TokenId> find(const std::string& content) const;
  void set_special(SpecialTokens special) { special_ = special; }

 private:
  std::vector<TokenId> encode_valid(std::string_view text) const;
  const std::string& spelling(TokenId id) const;

  Bpe bpe_;
  Stages stages_;
  AddedTokens raw_, normalized_;  // looked for before and after normalisation
  std::unordered_map<TokenId, std::string> added_spellings_;
  std::unordered_map<std::string, TokenId> added_ids_;
  TokenId size_ = 0;
};

/// The tokenizer of a tokenizer.json whose content is `document`; components that would change ids or text
/// and are not supported throw InputError by name.
std::unique_ptr<ByteLevelBpe> tokenizer_from_json(const nlohmann::json& document, const std::string& where,
                                                  const TokenizerSettings& settings);

/// GPT-2's own two files: a vocabulary (token to id) and merges (a pair a line, most important first).
std::unique_ptr<ByteLevelBpe> tokenizer_from_vocabulary(const std::filesystem::path& vocabulary,
                                                        const std::filesystem::path& merges,
                                                        const TokenizerSettings& settings);

}  // namespace iiet
