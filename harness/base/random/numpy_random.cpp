#include "harness/base/random/numpy_random.hpp"

#include <array>
#include <bit>
#include <cassert>
#include <random>

namespace iiet {
namespace {

constexpr std::size_t kPoolWords = 4;
constexpr std::uint32_t kShift = 16;

/// One of SeedSequence's two hashes: its constant moves on with every use.
class RunningHash {
 public:
  RunningHash(std::uint32_t constant, std::uint32_t multiplier)
      : constant_(constant), multiplier_(multiplier) {}

  std::uint32_t operator()(std::uint32_t value) {
    value ^= constant_;
    constant_ *= multiplier_;
    value *= constant_;
    return value ^ (value >> kShift);
  }

 private:
  std::uint32_t constant_, multiplier_;
};

std::uint32_t mix(std::uint32_t x, std::uint32_t y) {
  const std::uint32_t mixed = 0xca01f9ddU * x - 0x4973f715U * y;
  return mixed ^ (mixed >> kShift);
}

/// SeedSequence(seed).generate_state(4, uint64).
std::array<std::uint64_t, 4> seed_sequence(std::span<const std::uint32_t> seed) {
  std::array<std::uint32_t, kPoolWords> pool;
  RunningHash hash(0x43b0d7e5U, 0x931e8875U);
  for (std::size_t i = 0; i < kPoolWords; ++i) pool[i] = hash(i < seed.size() ? seed[i] : 0);
  for (std::size_t source = 0; source < kPoolWords; ++source)
    for (std::size_t i = 0; i < kPoolWords; ++i)
      if (i != source) pool[i] = mix(pool[i], hash(pool[source]));
  for (std::size_t source = kPoolWords; source < seed.size(); ++source)
    for (std::uint32_t& word : pool) word = mix(word, hash(seed[source]));

  RunningHash output(0x8b51f9ddU, 0x58f38dedU);
  std::array<std::uint64_t, 4> state{};
  for (std::size_t i = 0; i < 2 * state.size(); ++i)
    state[i / 2] |= static_cast<std::uint64_t>(output(pool[i % kPoolWords])) << (32 * (i % 2));
  return state;
}

}  // namespace

std::optional<SeedWords> seed_of(std::string_view text) {
  if (text.empty()) return std::nullopt;
  SeedWords words{0};
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    std::uint64_t carry = static_cast<std::uint64_t>(c - '0');
    for (std::uint32_t& word : words) {
      carry += std::uint64_t{word} * 10;
      word = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
    if (carry) words.push_back(static_cast<std::uint32_t>(carry));
  }
  return words;
}

SeedWords entropy_seed() {
  std::random_device device;
  return {device(), device(), device(), device()};
}

NumpyRandom::NumpyRandom(std::span<const std::uint32_t> seed) {
  const auto words = seed_sequence(seed);
  const Wide start = (Wide{words[0]} << 64) | words[1];
  const Wide sequence = (Wide{words[2]} << 64) | words[3];
  increment_ = (sequence << 1) | 1;
  state_ = 0;
  next64();
  state_ += start;
  next64();
}

std::uint64_t NumpyRandom::next64() {
  constexpr Wide multiplier = (Wide{0x2360ed051fc65da4U} << 64) | 0x4385df649fccf645U;
  state_ = state_ * multiplier + increment_;
  const auto high = static_cast<std::uint64_t>(state_ >> 64);
  return std::rotr(high ^ static_cast<std::uint64_t>(state_), static_cast<int>(high >> 58));
}

std::uint32_t NumpyRandom::next32() {
  if (has_kept_) {
    has_kept_ = false;
    return kept_;
  }
  const std::uint64_t drawn = next64();
  kept_ = static_cast<std::uint32_t>(drawn >> 32);
  has_kept_ = true;
  return static_cast<std::uint32_t>(drawn);
}

void NumpyRandom::fill_indices(std::uint32_t n, std::span<std::uint32_t> indices) {
  assert(n > 0);
  if (n == 1) {  // drawn from nothing
    for (std::uint32_t& index : indices) index = 0;
    return;
  }
  const std::uint32_t threshold = (0U - n) % n;
  for (std::uint32_t& index : indices) {
    std::uint64_t scaled;
    do {
      scaled = std::uint64_t{next32()} * n;
    } while (static_cast<std::uint32_t>(scaled) < threshold);
    index = static_cast<std::uint32_t>(scaled >> 32);
  }
}

void NumpyRandom::fill_bits(std::span<std::uint32_t> words) {
  for (std::uint32_t& word : words) word = next32();
}

}  // namespace iiet
