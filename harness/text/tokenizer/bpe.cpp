#include "harness/text/tokenizer/bpe.hpp"

#include <algorithm>

#include "harness/base/error.hpp"
#include "harness/text/tokenizer/byte_alphabet.hpp"

namespace iiet {
namespace {

constexpr TokenId kLargestId = (1 << 24) - 1;

}  // namespace

Bpe::Bpe(const Source& source) : fuses_unknown_(source.fuses_unknown) {
  read_vocabulary(source);
  const auto& alphabet = byte_alphabet();
  for (std::size_t byte = 0; byte < alphabet.size(); ++byte)
    id_of_byte_[byte] = find(alphabet[byte]).value_or(-1);
  if (source.unknown) {
    unknown_ = find(*source.unknown);
    require(unknown_.has_value(), "{}: unk_token '{}' is not in the vocabulary", source.where,
            *source.unknown);
  }
  read_merges(source);
  if (source.ignores_merges)
    for (const auto& [spelling, id] : ids_)
      if (const auto bytes = bytes_of_spelling(spelling)) ids_of_bytes_.emplace(*bytes, id);
}

void Bpe::read_vocabulary(const Source& source) {
  require(!source.vocabulary.empty(), "{}: the vocabulary is empty", source.where);
  TokenId largest = 0;
  for (const auto& [spelling, id] : source.vocabulary) {
    require(id >= 0 && id <= kLargestId, "{}: token '{}' has id {}; allowed: 0 to {}", source.where, spelling,
            id, kLargestId);
    largest = std::max(largest, id);
  }
  spellings_.resize(static_cast<std::size_t>(largest) + 1);
  std::vector<bool> taken(spellings_.size(), false);
  ids_.reserve(source.vocabulary.size());
  for (const auto& [spelling, id] : source.vocabulary) {
    const auto at = static_cast<std::size_t>(id);
    require(!taken[at], "{}: tokens '{}' and '{}' have the same id {}", source.where, spellings_[at],
            spelling, id);
    taken[at] = true;
    spellings_[at] = spelling;
    require(ids_.emplace(spelling, id).second, "{}: token '{}' is in the vocabulary twice", source.where,
            spelling);
  }
}

void Bpe::read_merges(const Source& source) {
  require(source.merges.size() < static_cast<std::size_t>(kLargestId), "{}: {} merges are too many",
          source.where, source.merges.size());
  std::vector<MergeTable::Merge> merges;
  merges.reserve(source.merges.size());
  for (const auto& [left, right] : source.merges) {
    const auto rank = static_cast<std::int32_t>(merges.size());
    const auto token = [&](const std::string& spelling) {
      const auto id = find(spelling);
      require(id.has_value(), "{}: merge {} ('{}' with '{}') names '{}', which is not in the vocabulary",
              source.where, rank + 1, left, right, spelling);
      return *id;
    };
    merges.push_back({token(left), token(right), rank, token(left + right)});
  }
  merges_ = MergeTable(merges);
}

std::optional<TokenId> Bpe::find(const std::string& spelling) const {
  const auto found = ids_.find(spelling);
  if (found == ids_.end()) return std::nullopt;
  return found->second;
}

std::vector<TokenId> Bpe::bytes_to_ids(std::string_view word) const {
  std::vector<TokenId> ids;
  ids.reserve(word.size());
  bool after_unknown = false;
  for (const char c : word) {
    const TokenId id = id_of_byte_[static_cast<unsigned char>(c)];
    const bool known = id >= 0;
    if (known)
      ids.push_back(id);
    else if (unknown_ && !(fuses_unknown_ && after_unknown))
      ids.push_back(*unknown_);
    after_unknown = !known;
  }
  return ids;
}

std::vector<TokenId> Bpe::encode_word(std::string_view word) const {
  if (!ids_of_bytes_.empty())
    if (const auto whole = ids_of_bytes_.find(std::string(word)); whole != ids_of_bytes_.end())
      return {whole->second};
  return merges_.apply(bytes_to_ids(word));
}

std::vector<TokenId> Bpe::encode(std::span<const std::string_view> words) const {
  std::vector<TokenId> ids;
  ids.reserve(words.size() + words.size() / 4);
  for (const std::string_view word : words) {
    if (cache_->append(word, ids)) continue;
    const std::vector<TokenId> found = encode_word(word);
    ids.insert(ids.end(), found.begin(), found.end());
    cache_->remember(word, found);
  }
  return ids;
}

}  // namespace iiet
