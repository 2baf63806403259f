#include "harness/base/random/python_random.hpp"

#include <bit>
#include <cassert>
#include <cmath>
#include <numeric>
#include <unordered_set>

namespace iiet {
namespace {

constexpr std::size_t kMiddle = 397;

/// One step of the recurrence, written without a branch so that the loops below become vector code.
inline std::uint32_t twist(std::uint32_t high, std::uint32_t low, std::uint32_t far) {
  const std::uint32_t mixed = (high & 0x80000000U) | (low & 0x7fffffffU);
  return far ^ (mixed >> 1) ^ ((0U - (mixed & 1U)) & 0x9908b0dfU);
}

/// Population size up to which Python draws from a shrinking list instead of rejecting repeats.
std::size_t pool_threshold(std::size_t count) {
  std::size_t threshold = 21;
  if (count > 5) {
    const double power = std::ceil(std::log(static_cast<double>(count) * 3) / std::log(4.0));
    threshold += static_cast<std::size_t>(std::pow(4.0, power));
  }
  return threshold;
}

}  // namespace

PythonRandom::PythonRandom(std::uint64_t seed) {
  const std::array<std::uint32_t, 2> key{static_cast<std::uint32_t>(seed),
                                         static_cast<std::uint32_t>(seed >> 32)};
  const std::size_t length = key[1] ? 2 : 1;

  state_[0] = 19650218U;
  for (std::uint32_t i = 1; i < kBlock; ++i)
    state_[i] = 1812433253U * (state_[i - 1] ^ (state_[i - 1] >> 30)) + i;

  std::size_t i = 1, j = 0;
  const auto step = [&] {
    if (++i == kBlock) {
      state_[0] = state_[kBlock - 1];
      i = 1;
    }
  };
  for (std::size_t k = 0; k < kBlock; ++k) {
    const std::uint32_t previous = state_[i - 1] ^ (state_[i - 1] >> 30);
    state_[i] = (state_[i] ^ (previous * 1664525U)) + key[j] + static_cast<std::uint32_t>(j);
    j = (j + 1) % length;
    step();
  }
  for (std::size_t k = 0; k < kBlock - 1; ++k) {
    const std::uint32_t previous = state_[i - 1] ^ (state_[i - 1] >> 30);
    state_[i] = (state_[i] ^ (previous * 1566083941U)) - static_cast<std::uint32_t>(i);
    step();
  }
  state_[0] = 0x80000000U;
}

void PythonRandom::advance() {
  std::size_t i = 0;
  for (; i < kBlock - kMiddle; ++i) state_[i] = twist(state_[i], state_[i + 1], state_[i + kMiddle]);
  for (; i < kBlock - 1; ++i) state_[i] = twist(state_[i], state_[i + 1], state_[i + kMiddle - kBlock]);
  state_[i] = twist(state_[i], state_[0], state_[kMiddle - 1]);

  for (i = 0; i < kBlock; ++i) {
    std::uint32_t y = state_[i];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680U;
    y ^= (y << 15) & 0xefc60000U;
    output_[i] = y ^ (y >> 18);
  }
  used_ = 0;
}

std::uint32_t PythonRandom::next() {
  if (used_ == kBlock) advance();
  return output_[used_++];
}

const std::array<std::uint32_t, PythonRandom::kBlock>& PythonRandom::next_block() {
  assert(used_ == kBlock);
  advance();
  used_ = kBlock;
  return output_;
}

std::uint32_t PythonRandom::below(std::uint32_t bound) {
  assert(bound > 0);
  const int bits = std::bit_width(bound);
  std::uint32_t drawn;
  do {
    drawn = next() >> (32 - bits);
  } while (drawn >= bound);
  return drawn;
}

std::vector<std::size_t> PythonRandom::sample(std::size_t population, std::size_t count) {
  assert(count <= population);
  std::vector<std::size_t> result;
  if (population <= pool_threshold(count)) {
    std::vector<std::size_t> pool(population);
    std::iota(pool.begin(), pool.end(), 0);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t at = below(static_cast<std::uint32_t>(population - i));
      result.push_back(pool[at]);
      pool[at] = pool[population - i - 1];
    }
  } else {
    std::unordered_set<std::size_t> seen;
    while (result.size() < count) {
      const std::size_t drawn = below(static_cast<std::uint32_t>(population));
      if (seen.insert(drawn).second) result.push_back(drawn);
    }
  }
  return result;
}

}  // namespace iiet
