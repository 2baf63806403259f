#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace iiet {

/// The generator behind Python's `random.Random(seed)`: MT19937, seeded by the words of the seed
/// (init_by_array of Matsumoto and Nishimura's reference), so that draws of lm-evaluation-harness can be
/// repeated bit for bit.
class PythonRandom {
 public:
  static constexpr std::size_t kBlock = 624;

  explicit PythonRandom(std::uint64_t seed);

  /// The next 32 bits.
  std::uint32_t next();

  /// The next `kBlock` outputs at once. Only for a generator from which nothing but blocks is drawn.
  const std::array<std::uint32_t, kBlock>& next_block();

  /// Uniform in [0, bound), as `Random._randbelow`; 0 < bound < 2^32.
  std::uint32_t below(std::uint32_t bound);

  /// `random.sample(range(population), count)` in its order; count must not be above population.
  std::vector<std::size_t> sample(std::size_t population, std::size_t count);

 private:
  void advance();

  std::array<std::uint32_t, kBlock> state_;
  std::array<std::uint32_t, kBlock> output_;
  std::size_t used_ = kBlock;
};

}  // namespace iiet
