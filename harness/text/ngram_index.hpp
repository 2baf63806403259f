#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace iiet {

/// Numbers 0, 1, … for the distinct characters of a segment, so that n-grams are made of small numbers.
class CharacterNumbers {
 public:
  CharacterNumbers();
  void clear();
  std::uint32_t number(char32_t c) {
    std::uint32_t& n = numbers_[c];
    if (n == kNone) n = static_cast<std::uint32_t>(used_.size()), used_.push_back(c);
    return n;
  }

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  std::vector<std::uint32_t> numbers_;  // by code point
  std::vector<char32_t> used_;
};

/// The n-grams of one text, of orders 1 to N, and how many of them another text has. Symbols are small
/// numbers. An n-gram is known by the number of its first n-1 symbols and its last one, so nothing is
/// compared by a hash alone, and an n-gram of the other text whose beginning is not in this one is never
/// looked up. Keeps its memory for the next text.
class NgramIndex {
 public:
  explicit NgramIndex(std::size_t orders) : orders_(orders) {}

  /// Begins anew with this text.
  void set(std::span<const std::uint32_t> symbols);

  /// Of every order: Σ over distinct n-grams of min(count here, count in `symbols`). Valid until the next
  /// call.
  std::span<const std::size_t> matches(std::span<const std::uint32_t> symbols);

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  struct Slot {
    std::uint64_t key = 0;
    std::uint32_t generation = 0;
    std::uint32_t number = 0;
  };
  /// One order's table of keys, open addressing.
  struct Order {
    std::vector<Slot> slots;
    std::vector<std::uint32_t> counts;  // by number of the n-gram
    std::vector<std::uint32_t> left;    // the same, less what the other text has used up
  };
  std::size_t slot_of(const Order& order, std::uint64_t key) const;

  std::size_t orders_;
  std::vector<Order> tables_;
  std::uint32_t generation_ = 0;
  std::size_t mask_ = 0;
  int shift_ = 0;  // 64 - log2 of the slots in use
  std::vector<std::uint32_t> numbers_, others_;
  std::vector<std::size_t> matches_;
};

}  // namespace iiet
