#include "harness/text/tokenizer/word_cache.hpp"

namespace iiet {

WordCache::Shard& WordCache::shard(std::string_view word) const {
  // The low bits choose the place inside the shard's table.
  return shards_[(Hash()(word) >> 40) % kShards];
}

bool WordCache::append(std::string_view word, std::vector<TokenId>& ids) const {
  if (word.size() > kLongestWord) return false;
  Shard& shard = this->shard(word);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.words.find(word);
  if (found == shard.words.end()) return false;
  ids.insert(ids.end(), found->second.begin(), found->second.end());
  return true;
}

void WordCache::remember(std::string_view word, std::span<const TokenId> ids) const {
  if (word.size() > kLongestWord) return;
  Shard& shard = this->shard(word);
  const std::lock_guard lock(shard.mutex);
  if (shard.words.size() >= kWordsInShard) shard.words.clear();
  shard.words.emplace(std::string(word), std::vector<TokenId>(ids.begin(), ids.end()));
}

}  // namespace iiet
