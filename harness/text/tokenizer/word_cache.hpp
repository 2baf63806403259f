#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "harness/text/tokenizer/tokenizer.hpp"

namespace iiet {

/// Remembers the ids of words. Bounded in size (a full shard starts anew); safe from several threads.
class WordCache {
 public:
  /// Appends the ids of `word` to `ids` and returns true, if they are known.
  bool append(std::string_view word, std::vector<TokenId>& ids) const;
  /// Remembers the ids of `word`; long words are not kept.
  void remember(std::string_view word, std::span<const TokenId> ids) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  struct Shard {
    std::mutex mutex;
    std::unordered_map<std::string, std::vector<TokenId>, Hash, std::equal_to<>> words;
  };
  Shard& shard(std::string_view word) const;

  static constexpr std::size_t kShards = 64, kWordsInShard = 2048, kLongestWord = 64;
  mutable std::array<Shard, kShards> shards_;
};

}  // namespace iiet
