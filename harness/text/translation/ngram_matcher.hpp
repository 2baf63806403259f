#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace iiet {

/// Small numbers for the distinct tokens of one segment. Tokens are compared byte by byte, never by a hash
/// alone. Forgets in constant time, so that one table serves all segments.
class TokenTable {
 public:
  static constexpr std::uint32_t kAbsent = UINT32_MAX;

  /// Forgets all; makes room for so many tokens.
  void clear(std::size_t tokens);
  /// The number of a token, new ones counted from 0 up. The bytes are copied.
  std::uint32_t add(std::string_view token);
  /// The number of a token, or kAbsent.
  std::uint32_t find(std::string_view token) const;
  std::size_t size() const { return size_; }

 private:
  struct Slot {
    std::uint64_t hash = 0;
    std::uint32_t generation = 0, id = 0, offset = 0, bytes = 0;
  };
  std::size_t slot_of(std::string_view token, std::uint64_t hash) const;

  std::vector<Slot> slots_;
  std::string bytes_;
  std::uint32_t generation_ = 0, size_ = 0;
};

/// The same for pairs of numbers.
class PairTable {
 public:
  static constexpr std::uint32_t kAbsent = UINT32_MAX;

  void clear(std::size_t pairs);
  std::uint32_t add(std::uint32_t first, std::uint32_t second);
  std::uint32_t find(std::uint32_t first, std::uint32_t second) const;
  std::size_t size() const { return size_; }

 private:
  struct Slot {
    std::uint64_t pair = 0;
    std::uint32_t generation = 0, id = 0;
  };
  std::size_t slot_of(std::uint64_t pair) const;

  std::vector<Slot> slots_;
  std::uint32_t generation_ = 0, size_ = 0;
  int shift_ = 0;
};

/// BLEU's clipped matches of one segment: for every order n the sum over the distinct n-grams of the
/// hypothesis of min(count in it, largest count in any one reference). Keeps scratch space for the next
/// segment.
///
/// An n-gram is the pair of the two (n-1)-grams it consists of, so orders are counted one after the other
/// with small exact numbers, and an n-gram whose parts are not in both texts is never looked at.
class NgramMatcher {
 public:
  /// Begins a segment.
  void set_hypothesis(std::span<const std::string_view> tokens);
  void add_reference(std::span<const std::string_view> tokens);
  /// Ends the segment: its matches of order 1, 2, … `orders`, until the next call.
  std::span<const std::size_t> matches(std::size_t orders);

 private:
  std::size_t clipped(std::size_t distinct);
  void raise_order();

  TokenTable tokens_;
  PairTable pairs_;
  // What stands at each position: the number of the n-gram that begins there, or kAbsent if it is not in both
  // texts. Every reference ends with kAbsent, so that no n-gram reaches into the next.
  std::vector<std::uint32_t> hypothesis_, references_;
  std::vector<std::size_t> reference_ends_;
  std::vector<std::uint32_t> in_hypothesis_, in_reference_, in_references_;  // counts by number
  std::vector<std::size_t> matches_;
};

}  // namespace iiet
