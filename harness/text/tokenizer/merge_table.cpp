#include "harness/text/tokenizer/merge_table.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <queue>

#include "harness/base/error.hpp"

namespace iiet {
namespace {

constexpr std::size_t kShortWord = 48;  // up to here a scan of all pairs beats a heap

/// A merge that may be done, in the order of doing.
struct PossibleMerge {
  std::int32_t rank, place;
  TokenId left, right, result;
  bool operator>(const PossibleMerge& other) const {
    return rank != other.rank ? rank > other.rank : place > other.place;
  }
};

/// A symbol of a word; `previous` and `next` are places in the word, -1 at its ends.
struct Symbol {
  TokenId id;
  std::int32_t previous, next;
};

}  // namespace

MergeTable::MergeTable(const std::vector<Merge>& merges) {
  for (const Merge& merge : merges) {
    const std::uint32_t pair =
        pairs_.add(static_cast<std::uint32_t>(merge.left), static_cast<std::uint32_t>(merge.right));
    if (pair == merges_.size()) merges_.emplace_back();
    merges_[pair] = merge;
  }
}

std::vector<TokenId> MergeTable::apply(std::vector<TokenId> symbols) const {
  if (symbols.size() <= kShortWord)
    apply_to_short(symbols);
  else
    apply_to_long(symbols);
  return symbols;
}

void MergeTable::apply_to_short(std::vector<TokenId>& ids) const {
  std::array<const Merge*, kShortWord> merges{};  // of each symbol with the next
  for (std::size_t i = 0; i + 1 < ids.size(); ++i) merges[i] = find(ids[i], ids[i + 1]);
  while (ids.size() > 1) {
    std::size_t best = ids.size();
    for (std::size_t i = 0; i + 1 < ids.size(); ++i)
      if (merges[i] && (best == ids.size() || merges[i]->rank < merges[best]->rank)) best = i;
    if (best == ids.size()) return;
    ids[best] = merges[best]->result;
    ids.erase(ids.begin() + static_cast<std::ptrdiff_t>(best) + 1);
    for (std::size_t i = best + 1; i + 1 < ids.size(); ++i) merges[i] = merges[i + 1];
    if (best > 0) merges[best - 1] = find(ids[best - 1], ids[best]);
    merges[best] = best + 1 < ids.size() ? find(ids[best], ids[best + 1]) : nullptr;
  }
}

void MergeTable::apply_to_long(std::vector<TokenId>& ids) const {
  require(ids.size() < static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()),
          "a word of {} bytes is too long to be encoded", ids.size());
  const auto count = static_cast<std::int32_t>(ids.size());
  std::vector<Symbol> symbols(ids.size());
  for (std::int32_t i = 0; i < count; ++i) symbols[i] = {ids[i], i - 1, i + 1 < count ? i + 1 : -1};
  std::priority_queue<PossibleMerge, std::vector<PossibleMerge>, std::greater<>> queue;
  const auto consider = [&](std::int32_t place) {
    if (place < 0 || symbols[place].next < 0) return;
    const TokenId left = symbols[place].id, right = symbols[symbols[place].next].id;
    if (const Merge* merge = find(left, right)) queue.push({merge->rank, place, left, right, merge->result});
  };
  for (std::int32_t i = 0; i < count; ++i) consider(i);
  while (!queue.empty()) {
    const PossibleMerge candidate = queue.top();
    queue.pop();
    Symbol& left = symbols[candidate.place];
    // Either symbol may have been merged away since.
    if (left.id != candidate.left || left.next < 0 || symbols[left.next].id != candidate.right) continue;
    symbols[left.next].id = -1;
    left.id = candidate.result;
    left.next = symbols[left.next].next;
    if (left.next >= 0) symbols[left.next].previous = candidate.place;
    consider(left.previous);
    consider(candidate.place);
  }
  ids.clear();
  for (std::int32_t i = 0; i >= 0; i = symbols[i].next) ids.push_back(symbols[i].id);
}

}  // namespace iiet
