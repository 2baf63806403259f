#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "harness/text/tokenizer/merge_table.hpp"
#include "harness/text/tokenizer/tokenizer.hpp"
#include "harness/text/tokenizer/word_cache.hpp"

namespace iiet {

/// Byte-pair encoding over bytes. Const and safe from several threads after construction.
class Bpe {
 public:
  /// What a model is made of. Tokens and merges are spelled in the byte alphabet.
  struct Source {
    std::string where;  // names the file in messages
    std::vector<std::pair<std::string, TokenId>> vocabulary;
    std::vector<std::pair<std::string, std::string>> merges;  // most important first
    std::optional<std::string> unknown;  // stands for bytes without a token; without it they are left out
    bool fuses_unknown = false;          // a run of unknown bytes is one token
    bool ignores_merges = false;         // a word that is a token itself is not taken apart
  };

  /// Throws InputError on an id that is negative, too large or used twice, and on merges of unknown tokens.
  explicit Bpe(const Source& source);

  /// The ids of all words, one after the other.
  std::vector<TokenId> encode(std::span<const std::string_view> words) const;

  /// Spelling of an id; "" for one that no token has.
  const std::string& spelling(TokenId id) const { return spellings_[static_cast<std::size_t>(id)]; }
  std::optional<TokenId> find(const std::string& spelling) const;
  /// One more than the largest id.
  TokenId size() const { return static_cast<TokenId>(spellings_.size()); }

 private:
  void read_vocabulary(const Source& source);
  void read_merges(const Source& source);
  std::vector<TokenId> bytes_to_ids(std::string_view word) const;
  std::vector<TokenId> encode_word(std::string_view word) const;

  std::vector<std::string> spellings_;
  std::unordered_map<std::string, TokenId> ids_;
  std::unordered_map<std::string, TokenId> ids_of_bytes_;  // only where merges are ignored for whole words
  std::array<TokenId, 256> id_of_byte_{};                  // -1: no token
  std::optional<TokenId> unknown_;
  bool fuses_unknown_ = false;
  MergeTable merges_;
  std::unique_ptr<WordCache> cache_ = std::make_unique<WordCache>();
};

}  // namespace iiet
