#include "harness/text/ngram_index.hpp"

#include <bit>

namespace iiet {
namespace {

constexpr std::size_t kCodePoints = 0x110000;
constexpr std::size_t kFewestSlots = 64;
constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15;  // 2^64 / golden ratio: Fibonacci hashing

std::uint64_t key_of(std::uint32_t prefix, std::uint32_t symbol) {
  return static_cast<std::uint64_t>(prefix) << 32 | symbol;
}

}  // namespace

CharacterNumbers::CharacterNumbers() : numbers_(kCodePoints, kNone) {}

void CharacterNumbers::clear() {
  for (const char32_t c : used_) numbers_[c] = kNone;
  used_.clear();
}

std::size_t NgramIndex::slot_of(const Order& order, std::uint64_t key) const {
  std::size_t at = (key * kGolden) >> shift_;
  while (order.slots[at].generation == generation_ && order.slots[at].key != key) at = (at + 1) & mask_;
  return at;
}

void NgramIndex::set(std::span<const std::uint32_t> symbols) {
  tables_.resize(orders_);
  // A short text uses few slots of the memory that a long one has left behind: they stay in the cache. What
  // is of an older generation is empty.
  const std::size_t slots = std::bit_ceil(std::max(kFewestSlots, symbols.size() * 2));
  mask_ = slots - 1;
  shift_ = 64 - std::countr_zero(slots);
  if (++generation_ == 0 || (orders_ > 0 && tables_.front().slots.size() < slots)) {
    generation_ = 1;
    for (Order& order : tables_) order.slots.assign(std::max(slots, order.slots.size()), Slot{});
  }
  numbers_.assign(symbols.size(), 0);
  for (std::size_t n = 0; n < orders_; ++n) {
    Order& order = tables_[n];
    order.counts.clear();
    for (std::size_t i = 0; i + n < symbols.size(); ++i) {
      const std::uint64_t key = key_of(numbers_[i], symbols[i + n]);
      Slot& slot = order.slots[slot_of(order, key)];
      if (slot.generation != generation_) {
        slot = {key, generation_, static_cast<std::uint32_t>(order.counts.size())};
        order.counts.push_back(0);
      }
      ++order.counts[slot.number];
      numbers_[i] = slot.number;
    }
  }
}

std::span<const std::size_t> NgramIndex::matches(std::span<const std::uint32_t> symbols) {
  matches_.assign(orders_, 0);
  // Positions whose n-gram this text has, and its number: fewer with every order.
  others_.resize(symbols.size());
  numbers_.assign(symbols.size(), 0);
  for (std::size_t i = 0; i < symbols.size(); ++i) others_[i] = static_cast<std::uint32_t>(i);
  for (std::size_t n = 0; n < orders_ && !others_.empty(); ++n) {
    Order& order = tables_[n];
    order.left = order.counts;
    std::size_t kept = 0, matched = 0;
    for (const std::uint32_t i : others_) {
      if (i + n >= symbols.size()) continue;
      const Slot& slot = order.slots[slot_of(order, key_of(numbers_[i], symbols[i + n]))];
      if (slot.generation != generation_) continue;
      numbers_[i] = slot.number;
      others_[kept++] = i;
      if (order.left[slot.number] > 0) --order.left[slot.number], ++matched;
    }
    others_.resize(kept);
    matches_[n] = matched;
  }
  return matches_;
}

}  // namespace iiet
