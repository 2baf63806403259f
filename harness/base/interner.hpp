#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/error.hpp"

namespace iiet {
namespace detail {

constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15;  // 2^64 / golden ratio: spreads by multiplication

inline std::uint64_t mixed(std::uint64_t hash, std::uint64_t word) {
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
inline std::uint64_t last_word(std::string_view bytes) {
  const std::size_t size = bytes.size();
  if (size == 8) return load<std::uint64_t>(bytes, 0);
  if (size >= 4)
    return static_cast<std::uint64_t>(load<std::uint32_t>(bytes, 0)) << 32 |
           load<std::uint32_t>(bytes, size - 4);
  if (size == 0) return 0;
  const auto byte = [&](std::size_t at) { return static_cast<std::uint64_t>(load<std::uint8_t>(bytes, at)); };
  return byte(0) << 16 | byte(size / 2) << 8 | byte(size - 1);
}

inline std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = text.size();
  for (; text.size() > 8; text.remove_prefix(8)) hash = mixed(hash, load<std::uint64_t>(text, 0));
  return mixed(hash, last_word(text));
}

/// A hash table with open addressing, at most half full. A Slot has a `generation` and a `hash()`; one of an
/// older generation is free, so that all are freed in constant time.
template <typename Slot>
class OpenTable {
 public:
  void clear() {
    size_ = 0;
    if (++generation_ != 0) return;
    slots_.assign(slots_.size(), Slot{});
    generation_ = 1;
  }
  std::uint32_t size() const { return size_; }
  bool is_free(const Slot& slot) const { return slot.generation != generation_; }

  /// The slot that is `same`, or the free one where it would stand.
  template <typename Same>
  const Slot& find(std::uint64_t hash, Same same) const {
    std::size_t at = hash >> shift_;
    while (!is_free(slots_[at]) && !same(slots_[at])) at = (at + 1) & (slots_.size() - 1);
    return slots_[at];
  }

  /// Takes the free slot of something new.
  void fill(const Slot& free, Slot slot) {
    slot.generation = generation_;
    slots_[place_of(free)] = slot;
    if (2 * ++size_ > slots_.size()) grow();
  }

 private:
  void grow() {
    std::vector<Slot> old(2 * slots_.size());
    old.swap(slots_);
    --shift_;
    for (const Slot& slot : old)
      if (!is_free(slot)) slots_[place_of(find(slot.hash(), [](const Slot&) { return false; }))] = slot;
  }
  std::size_t place_of(const Slot& slot) const { return static_cast<std::size_t>(&slot - slots_.data()); }

  std::vector<Slot> slots_ = std::vector<Slot>(16);  // a power of two of them
  int shift_ = 60;                                   // of a hash, to leave the bits of a place
  std::uint32_t generation_ = 1, size_ = 0;
};

}  // namespace detail

/// Numbers 0, 1, … for distinct texts in the order of their first appearance. Texts are compared byte by
/// byte, never by a hash alone. Forgets in constant time, so that one serves many segments.
class Interner {
 public:
  static constexpr std::uint32_t kAbsent = UINT32_MAX;

  void clear() {
    table_.clear();
    bytes_.clear();
  }

  /// The number of a text; it is new if it equals what `size` was before. The bytes are copied, at most 4
  /// GiB.
  std::uint32_t add(std::string_view text) {
    const std::uint64_t hash = detail::hash_of(text);
    const Slot& slot = slot_of(text, hash);
    if (!table_.is_free(slot)) return slot.number;
    require(bytes_.size() + text.size() <= UINT32_MAX, "more than 4 GiB of distinct words");
    const auto offset = static_cast<std::uint32_t>(bytes_.size()), number = table_.size();
    bytes_ += text;
    table_.fill(slot, {hash, 0, number, offset, static_cast<std::uint32_t>(text.size())});
    return number;
  }

  /// The number of a text, or kAbsent.
  std::uint32_t find(std::string_view text) const {
    const Slot& slot = slot_of(text, detail::hash_of(text));
    return table_.is_free(slot) ? kAbsent : slot.number;
  }
  std::size_t size() const { return table_.size(); }

 private:
  struct Slot {
    std::uint64_t whole_hash = 0;
    std::uint32_t generation = 0, number = 0, offset = 0, bytes = 0;
    std::uint64_t hash() const { return whole_hash; }
  };
  const Slot& slot_of(std::string_view text, std::uint64_t hash) const {
    return table_.find(hash, [&](const Slot& slot) {
      return slot.whole_hash == hash && slot.bytes == text.size() &&
             std::memcmp(bytes_.data() + slot.offset, text.data(), text.size()) == 0;
    });
  }

  detail::OpenTable<Slot> table_;
  std::string bytes_;
};

/// The same for pairs of numbers.
class PairInterner {
 public:
  static constexpr std::uint32_t kAbsent = UINT32_MAX;

  void clear() { table_.clear(); }
  std::uint32_t add(std::uint32_t first, std::uint32_t second) {
    const Slot& slot = slot_of(pair_of(first, second));
    if (!table_.is_free(slot)) return slot.number;
    const std::uint32_t number = table_.size();
    table_.fill(slot, {pair_of(first, second), 0, number});
    return number;
  }
  std::uint32_t find(std::uint32_t first, std::uint32_t second) const {
    const Slot& slot = slot_of(pair_of(first, second));
    return table_.is_free(slot) ? kAbsent : slot.number;
  }
  std::size_t size() const { return table_.size(); }

 private:
  struct Slot {
    std::uint64_t pair = 0;
    std::uint32_t generation = 0, number = 0;
    std::uint64_t hash() const { return pair * detail::kOdd; }
  };
  static std::uint64_t pair_of(std::uint32_t first, std::uint32_t second) {
    return static_cast<std::uint64_t>(first) << 32 | second;
  }
  const Slot& slot_of(std::uint64_t pair) const {
    return table_.find(pair * detail::kOdd, [&](const Slot& slot) { return slot.pair == pair; });
  }

  detail::OpenTable<Slot> table_;
};

}  // namespace iiet
