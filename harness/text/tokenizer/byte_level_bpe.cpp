#include "harness/text/tokenizer/byte_level_bpe.hpp"

#include <algorithm>

#include "harness/base/error.hpp"
#include "harness/base/unicode.hpp"
#include "harness/text/tokenizer/byte_alphabet.hpp"

namespace iiet {
namespace {

AddedTokens select(const std::vector<AddedToken>& added, bool normalized, const Normalizer& normalizer) {
  std::vector<AddedToken> chosen;
  for (AddedToken token : added) {
    if (token.normalized != normalized) continue;
    if (normalized) token.content = normalizer.apply(token.content);
    chosen.push_back(std::move(token));
  }
  return AddedTokens(std::move(chosen));
}

void append(std::vector<TokenId>& ids, const std::vector<TokenId>& more) {
  ids.insert(ids.end(), more.begin(), more.end());
}

}  // namespace

ByteLevelBpe::ByteLevelBpe(const Bpe::Source& source, Stages stages)
    : bpe_(source),
      stages_(std::move(stages)),
      raw_(select(stages_.added, false, stages_.normalizer)),
      normalized_(select(stages_.added, true, stages_.normalizer)),
      size_(bpe_.size()) {
  for (const AddedToken& token : stages_.added) {
    const auto known = bpe_.find(token.content);
    require(!known || *known == token.id, "{}: added token '{}' has id {}, but {} in the vocabulary",
            source.where, token.content, token.id, known.value_or(0));
    require(known || token.id >= bpe_.size() || bpe_.spelling(token.id).empty(),
            "{}: added token '{}' has the id {} of token '{}'", source.where, token.content, token.id,
            known || token.id >= bpe_.size() ? "" : bpe_.spelling(token.id));
    const auto [at, fresh] = added_spellings_.emplace(token.id, token.content);
    require(fresh || at->second == token.content, "{}: added tokens '{}' and '{}' have the same id {}",
            source.where, at->second, token.content, token.id);
    added_ids_.emplace(token.content, token.id);
    size_ = std::max(size_, token.id + 1);
  }
}

std::optional<TokenId> ByteLevelBpe::find(const std::string& content) const {
  if (const auto found = added_ids_.find(content); found != added_ids_.end()) return found->second;
  return bpe_.find(content);
}

std::vector<TokenId> ByteLevelBpe::encode(std::string_view text) const {
  std::vector<TokenId> ids;
  while (!text.empty()) {
    const std::size_t valid = std::min(invalid_utf8_at(text), text.size());
    append(ids, encode_valid(text.substr(0, valid)));
    text.remove_prefix(valid);
    if (text.empty()) break;
    const std::string_view byte = text.substr(0, 1);
    append(ids, bpe_.encode({&byte, 1}));
    text.remove_prefix(1);
  }
  return ids;
}

std::vector<TokenId> ByteLevelBpe::encode_valid(std::string_view text) const {
  std::vector<TokenId> ids;
  for (const auto& [raw, token] : raw_.split(text)) {
    if (token) {
      ids.push_back(*token);
      continue;
    }
    std::string own;
    std::string_view normal = raw;
    if (!stages_.normalizer.empty()) normal = own = stages_.normalizer.apply(raw);
    for (const auto& [section, inner] : normalized_.split(normal)) {
      if (inner) {
        ids.push_back(*inner);
        continue;
      }
      const Words words = stages_.pre_tokenizer.split(section);
      append(ids, bpe_.encode(words.words));
    }
  }
  return ids;
}

const std::string& ByteLevelBpe::spelling(TokenId id) const {
  require(id >= 0 && id < size_, "token id {} is not in the vocabulary; allowed: 0 to {}", id, size_ - 1);
  if (const auto added = added_spellings_.find(id); added != added_spellings_.end()) return added->second;
  static const std::string nothing;
  return id < bpe_.size() ? bpe_.spelling(id) : nothing;
}

bool ByteLevelBpe::is_special(TokenId id) const {
  return Tokenizer::is_special(id) ||
         std::any_of(stages_.added.begin(), stages_.added.end(),
                     [&](const auto& token) { return token.special && token.id == id; });
}

std::string ByteLevelBpe::piece(TokenId id) const { return spelling(id); }

std::string ByteLevelBpe::decode(std::span<const TokenId> ids) const {
  std::string bytes;
  for (const TokenId id : ids) {
    const std::string& spelled = spelling(id);
    bytes += bytes_of_spelling(spelled).value_or(spelled);
  }
  return replace_invalid_utf8(bytes);
}

}  // namespace iiet
