#include "harness/text/rouge/word_table.hpp"

#include <algorithm>
#include <functional>

namespace iiet {
namespace {

constexpr std::size_t kFewestSlots = 4096;

}  // namespace

std::size_t WordTable::slot_of(std::string_view word, std::size_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  for (; slots_[slot] != 0; slot = (slot + 1) & mask) {
    const Word& known = words_[slots_[slot] - 1];
    if (known.hash == hash && std::string_view(letters_.data() + known.begin, known.length) == word) break;
  }
  return slot;
}

void WordTable::grow() {
  slots_.assign(std::max(kFewestSlots, 2 * slots_.size()), 0);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t number = 0; number < words_.size(); ++number) {
    std::size_t slot = words_[number].hash & mask;
    while (slots_[slot] != 0) slot = (slot + 1) & mask;
    slots_[slot] = static_cast<std::uint32_t>(number + 1);
  }
}

std::uint32_t WordTable::number(std::string_view word) {
  if (2 * words_.size() >= slots_.size()) grow();
  const std::size_t hash = std::hash<std::string_view>()(word);
  const std::size_t slot = slot_of(word, hash);
  if (slots_[slot] == 0) {
    words_.push_back({letters_.size(), word.size(), hash});
    letters_ += word;
    slots_[slot] = static_cast<std::uint32_t>(words_.size());
  }
  return slots_[slot] - 1;
}

void WordTable::clear() {
  letters_.clear();
  words_.clear();
  slots_.clear();
}

}  // namespace iiet
