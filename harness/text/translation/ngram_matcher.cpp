#include "harness/text/translation/ngram_matcher.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>

namespace iiet {
namespace {

constexpr std::uint32_t kAbsent = TokenTable::kAbsent;
constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15;  // 2^64 / golden ratio: spreads by multiplication

std::uint64_t mixed(std::uint64_t hash, std::uint64_t word) {
  hash = (hash ^ word) * kOdd;
  return hash ^ (hash >> 32);
}

template <typename Word>
Word load(std::string_view bytes, std::size_t at) {
  Word word;
  std::memcpy(&word, bytes.data() + at, sizeof word);
  return word;
}

/// At most 8 bytes as one word, by loads that may overlap.
std::uint64_t last_word(std::string_view bytes) {
  const std::size_t size = bytes.size();
  if (size == 8) return load<std::uint64_t>(bytes, 0);
  if (size >= 4)
    return static_cast<std::uint64_t>(load<std::uint32_t>(bytes, 0)) << 32 |
           load<std::uint32_t>(bytes, size - 4);
  if (size == 0) return 0;
  const auto byte = [&](std::size_t at) { return static_cast<std::uint64_t>(load<std::uint8_t>(bytes, at)); };
  return byte(0) << 16 | byte(size / 2) << 8 | byte(size - 1);
}

std::uint64_t hash_of(std::string_view token) {
  std::uint64_t hash = token.size();
  for (; token.size() > 8; token.remove_prefix(8)) hash = mixed(hash, load<std::uint64_t>(token, 0));
  return mixed(hash, last_word(token));
}

/// A power of two of at least twice as many slots, so that probing stays short.
std::size_t slots_for(std::size_t entries) { return std::bit_ceil(std::max<std::size_t>(2 * entries, 16)); }

/// Clears in constant time: what is of an older generation is empty.
template <typename Slot>
void next_generation(std::vector<Slot>& slots, std::uint32_t& generation, std::size_t entries) {
  const bool too_small = slots.size() < slots_for(entries);
  if (too_small || generation == UINT32_MAX) {
    slots.assign(std::max(slots.size(), slots_for(entries)), Slot{});
    generation = 0;
  }
  ++generation;
}

}  // namespace

void TokenTable::clear(std::size_t tokens) {
  next_generation(slots_, generation_, tokens);
  bytes_.clear();
  size_ = 0;
}

std::size_t TokenTable::slot_of(std::string_view token, std::uint64_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.generation != generation_) return at;
    if (slot.hash == hash && slot.bytes == token.size() &&
        std::memcmp(bytes_.data() + slot.offset, token.data(), token.size()) == 0)
      return at;
  }
}

std::uint32_t TokenTable::add(std::string_view token) {
  const std::uint64_t hash = hash_of(token);
  Slot& slot = slots_[slot_of(token, hash)];
  if (slot.generation == generation_) return slot.id;
  assert(2 * size_ <= slots_.size());
  slot = {hash, generation_, size_++, static_cast<std::uint32_t>(bytes_.size()),
          static_cast<std::uint32_t>(token.size())};
  bytes_ += token;
  return slot.id;
}

std::uint32_t TokenTable::find(std::string_view token) const {
  const Slot& slot = slots_[slot_of(token, hash_of(token))];
  return slot.generation == generation_ ? slot.id : kAbsent;
}

void PairTable::clear(std::size_t pairs) {
  next_generation(slots_, generation_, pairs);
  shift_ = 64 - std::countr_zero(slots_.size());
  size_ = 0;
}

std::size_t PairTable::slot_of(std::uint64_t pair) const {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = (pair * kOdd) >> shift_;; at = (at + 1) & mask)
    if (slots_[at].generation != generation_ || slots_[at].pair == pair) return at;
}

std::uint32_t PairTable::add(std::uint32_t first, std::uint32_t second) {
  const std::uint64_t pair = static_cast<std::uint64_t>(first) << 32 | second;
  Slot& slot = slots_[slot_of(pair)];
  if (slot.generation == generation_) return slot.id;
  assert(2 * size_ <= slots_.size());
  slot = {pair, generation_, size_++};
  return slot.id;
}

std::uint32_t PairTable::find(std::uint32_t first, std::uint32_t second) const {
  const Slot& slot = slots_[slot_of(static_cast<std::uint64_t>(first) << 32 | second)];
  return slot.generation == generation_ ? slot.id : kAbsent;
}

void NgramMatcher::set_hypothesis(std::span<const std::string_view> tokens) {
  tokens_.clear(tokens.size());
  references_.clear();
  reference_ends_.clear();
  hypothesis_.clear();
  for (const std::string_view token : tokens) hypothesis_.push_back(tokens_.add(token));
}

void NgramMatcher::add_reference(std::span<const std::string_view> tokens) {
  for (const std::string_view token : tokens) references_.push_back(tokens_.find(token));
  references_.push_back(kAbsent);
  reference_ends_.push_back(references_.size());
}

std::span<const std::size_t> NgramMatcher::matches(std::size_t orders) {
  matches_.assign(orders, 0);
  std::size_t distinct = tokens_.size();
  for (std::size_t order = 0; order < orders; ++order) {
    if (order > 0) {
      raise_order();
      distinct = pairs_.size();
    }
    matches_[order] = clipped(distinct);
    if (matches_[order] == 0) break;  // then no longer n-gram matches
  }
  return matches_;
}

/// The matches of the n-grams that the positions hold; takes those away that no reference has.
std::size_t NgramMatcher::clipped(std::size_t distinct) {
  in_reference_.assign(distinct, 0);
  in_references_.assign(distinct, 0);
  std::size_t begin = 0;
  for (const std::size_t end : reference_ends_) {
    for (std::size_t i = begin; i < end; ++i)
      if (const auto id = references_[i]; id != kAbsent)
        in_references_[id] = std::max(in_references_[id], ++in_reference_[id]);
    for (std::size_t i = begin; i < end; ++i)
      if (references_[i] != kAbsent) in_reference_[references_[i]] = 0;
    begin = end;
  }
  std::size_t matches = 0;
  in_hypothesis_.assign(distinct, 0);
  for (std::uint32_t& id : hypothesis_) {
    if (id == kAbsent) continue;
    if (in_hypothesis_[id]++ < in_references_[id]) ++matches;
    if (in_references_[id] == 0) id = kAbsent;
  }
  return matches;
}

/// Makes (n+1)-grams of the n-grams.
void NgramMatcher::raise_order() {
  pairs_.clear(hypothesis_.size());
  const auto raise = [](std::vector<std::uint32_t>& ids, auto number) {
    for (std::size_t i = 0; i + 1 < ids.size(); ++i)
      ids[i] = ids[i] == kAbsent || ids[i + 1] == kAbsent ? kAbsent : number(ids[i], ids[i + 1]);
    if (!ids.empty()) ids.back() = kAbsent;
  };
  raise(hypothesis_, [this](std::uint32_t a, std::uint32_t b) { return pairs_.add(a, b); });
  raise(references_, [this](std::uint32_t a, std::uint32_t b) { return pairs_.find(a, b); });
}

}  // namespace iiet
