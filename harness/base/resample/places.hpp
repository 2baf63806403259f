#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>

#include "harness/base/random/python_random.hpp"

namespace iiet {

// Where resamples come from: each fills places below their number, with replacement, as another program does.
// (sacreBLEU's are NumpyRandom::fill_indices.) There are at most 2^31 - 1 places, at least one.

/// Python's `random.choices` after `seed(seed)`: floor(u * n), u made of 53 of the 64 bits of two outputs.
class PythonPlaces {
 public:
  explicit PythonPlaces(std::uint64_t seed) : random_(seed) {}
  void operator()(std::span<std::uint32_t> places);

 private:
  void refill(double size);

  PythonRandom random_;
  std::array<std::int32_t, PythonRandom::kBlock / 2> drawn_;
  std::size_t used_ = PythonRandom::kBlock / 2;
};

/// `numpy.random.choice` after `numpy.random.seed(seed)`: bits of an output beyond the largest place are cut
/// off, and what is still too large is drawn again. A single place draws nothing.
class LegacyNumpyPlaces {
 public:
  explicit LegacyNumpyPlaces(std::uint32_t seed) : random_(seed) {}
  void operator()(std::span<std::uint32_t> places);

 private:
  std::mt19937 random_;
};

/// Perl's int(rand(n)) after `srand(seed)`: the 48-bit linear congruential generator of POSIX's drand48.
class PerlPlaces {
 public:
  explicit PerlPlaces(std::uint32_t seed) : state_(std::uint64_t{seed} << 16 | 0x330E) {}
  void operator()(std::span<std::uint32_t> places);

 private:
  std::uint64_t state_;
};

/// Our own: the high bits of mt19937 times n. The distributions of the standard library differ between its
/// makers.
class MersennePlaces {
 public:
  explicit MersennePlaces(std::uint32_t seed) : random_(seed) {}
  void operator()(std::span<std::uint32_t> places);

 private:
  std::mt19937 random_;
};

}  // namespace iiet
