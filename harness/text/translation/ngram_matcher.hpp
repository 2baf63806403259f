#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "harness/base/interner.hpp"

namespace iiet {

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

  Interner tokens_;
  PairInterner pairs_;
  // What stands at each position: the number of the n-gram that begins there, or kAbsent if it is not in both
  // texts. Every reference ends with kAbsent, so that no n-gram reaches into the next.
  std::vector<std::uint32_t> hypothesis_, references_;
  std::vector<std::size_t> reference_ends_;
  std::vector<std::uint32_t> in_hypothesis_, in_reference_, in_references_;  // counts by number
  std::vector<std::size_t> matches_;
};

}  // namespace iiet
