#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/token.hpp"

namespace iiet {

/// Ids with a role, where the tokenizer has them, and whether text gets BOS in front by default.
struct SpecialTokens {
  std::optional<TokenId> bos, eos, unk, pad;
  bool adds_bos =
      false;  // what `encode(text)` of the reference library does when special tokens are not switched off
};

/// Text to ids and back. Const and safe from several threads after construction.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;
  /// Ids of `text` (UTF-8), no BOS or EOS added.
  virtual std::vector<TokenId> encode(std::string_view text) const = 0;
  /// Text of `ids`; special tokens are written out as the reference library does. An id outside [0, size())
  /// throws InputError.
  virtual std::string decode(std::span<const TokenId> ids) const = 0;
  /// Spellings of encode(text), one an id; what the unknown token stands for is written as it is.
  virtual std::vector<std::string> pieces(std::string_view text) const;
  /// The vocabulary's own spelling of one id.
  virtual std::string piece(TokenId id) const = 0;
  virtual TokenId size() const = 0;
  /// True for tokens that are no text: BOS, EOS, UNK, padding, and what a tokenizer.json calls special.
  virtual bool is_special(TokenId id) const;
  /// Text of a model's answer: as decode(), without special tokens and without ids that only the model has.
  std::string decode_answer(std::span<const TokenId> ids) const;
  const SpecialTokens& special() const { return special_; }
  /// SHA-256 over the vocabulary file(s), and over what the files beside them change.
  const std::string& fingerprint() const { return fingerprint_; }
  void set_fingerprint(std::string fingerprint) { fingerprint_ = std::move(fingerprint); }

 protected:
  SpecialTokens special_;
  std::string fingerprint_;
};

/// Opens `tokenizer.model` (SentencePiece), `tokenizer.json` (byte-level BPE), or a folder with either or
/// with `vocab.json` + `merges.txt`; recognised by content, not by name. In a folder `tokenizer.model` wins,
/// and `tokenizer_config.json` (bos_token, eos_token, add_bos_token) is honoured where present. Throws
/// InputError naming the file and what is wrong with it.
std::unique_ptr<Tokenizer> load_tokenizer(const std::filesystem::path& path);

/// True if the folder holds anything that load_tokenizer would open.
bool has_tokenizer(const std::filesystem::path& folder);

}  // namespace iiet
