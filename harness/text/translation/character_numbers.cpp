#include "harness/text/translation/character_numbers.hpp"

#include "harness/base/unicode.hpp"

namespace iiet {

void CharacterNumbers::clear() {
  for (std::uint32_t* entry : seen_) *entry = kUnseen;
  seen_.clear();
  next_ = kFirst;
}

void CharacterNumbers::see(char32_t c, std::uint32_t& entry) {
  const bool left_out = white_space_ == WhiteSpace::kLeftOut && is_white_space(c);
  entry = left_out ? kLeftOut : next_++;
  seen_.push_back(&entry);
}

std::vector<std::uint32_t> CharacterNumbers::of(std::string_view text) {
  std::vector<std::uint32_t> numbers(text.size());
  std::size_t count = 0;
  for_each_code_point(text, [&](char32_t c) {
    std::uint32_t& known = entry(c);
    if (known == kUnseen) see(c, known);
    // Without a branch: every sixth character or so is white space.
    numbers[count] = known - kFirst;
    count += known != kLeftOut;
  });
  numbers.resize(count);
  return numbers;
}

}  // namespace iiet
