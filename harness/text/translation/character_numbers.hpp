#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace iiet {

/// Numbers 0, 1, … for the distinct characters of one segment, so that n-grams are made of small numbers.
class CharacterNumbers {
 public:
  enum class WhiteSpace { kLeftOut, kNumbered };

  explicit CharacterNumbers(WhiteSpace white_space) : white_space_(white_space) {}

  /// Begins a segment.
  void clear();

  /// The characters of a text of the segment. Throws InputError where it is not valid UTF-8.
  std::vector<std::uint32_t> of(std::string_view text);

 private:
  static constexpr std::size_t kCodePoints = 0x110000, kBlock = 0x100;
  // What is known of a character: nothing, that it is left out, or its number + kFirst.
  static constexpr std::uint32_t kUnseen = 0, kLeftOut = 1, kFirst = 2;
  using Block = std::array<std::uint32_t, kBlock>;

  std::uint32_t& entry(char32_t c) {
    auto& block = blocks_[c / kBlock];
    if (!block) block = std::make_unique<Block>();
    return (*block)[c % kBlock];
  }
  void see(char32_t c, std::uint32_t& entry);

  WhiteSpace white_space_;
  std::array<std::unique_ptr<Block>, kCodePoints / kBlock> blocks_;  // texts use few of Unicode's
  std::vector<std::uint32_t*> seen_;
  std::uint32_t next_ = kFirst;
};

}  // namespace iiet
