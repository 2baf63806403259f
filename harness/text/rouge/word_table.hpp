#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace iiet {

/// Numbers distinct words 0, 1, … in the order of their first appearance.
class WordTable {
 public:
  /// The number of `word`; it is new if it equals what `size` was before. At most 2^32 - 2 words.
  std::uint32_t number(std::string_view word);
  std::size_t size() const { return words_.size(); }
  void clear();

 private:
  struct Word {
    std::size_t begin, length;  // in letters_
    std::size_t hash;
  };
  std::size_t slot_of(std::string_view word, std::size_t hash) const;
  void grow();

  std::string letters_;
  std::vector<Word> words_;
  std::vector<std::uint32_t> slots_;  // number + 1, or 0 where free; a power of two of them
};

}  // namespace iiet
