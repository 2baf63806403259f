#pragma once

#include <cstdint>
#include <vector>

#include "harness/base/token.hpp"

namespace iiet {

/// A run of new tokens that continue something: nothing, an earlier segment of the same pack (a shared
/// prefix), or what a KvCache sequence already holds.
struct Segment {
  std::int64_t length = 0;
  std::int32_t parent = -1;  // index of an earlier segment, whose tokens and ancestors come before; -1: none
  std::int32_t sequence = -1;  // sequence of the KvCache that the tokens are appended to; -1: no cache
};

/// N tokens of many sequences, one segment after the other, without padding.
struct PackedTokens {
  std::vector<TokenId> ids;       // [N]
  std::vector<Segment> segments;  // lengths sum to N
};

}  // namespace iiet
