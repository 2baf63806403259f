#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace iiet {

/// A seed of any size, as the 32-bit words of the number, least significant first.
using SeedWords = std::vector<std::uint32_t>;

/// The words of a decimal number without sign; nullopt where `text` is none.
std::optional<SeedWords> seed_of(std::string_view text);

/// Words from the operating system's entropy, for an unseeded generator.
SeedWords entropy_seed();

/// NumPy's `default_rng(seed)`, bit for bit: PCG64 (O'Neill 2014, XSL-RR 128/64) seeded through SeedSequence.
class NumpyRandom {
 public:
  explicit NumpyRandom(std::span<const std::uint32_t> seed);

  std::uint64_t next64();
  /// The halves of a 64-bit output, low one first.
  std::uint32_t next32();

  /// `integers(n, size=indices.size())` (and so `choice(n, size)`): Lemire's method on 32-bit draws; n > 0.
  void fill_indices(std::uint32_t n, std::span<std::uint32_t> indices);

  /// Draws of `integers(2, dtype=bool)`: 32 a word, least significant bit first. A call of NumPy's starts
  /// with a fresh word, so a matrix drawn in several calls of this must fill whole words in all but the last.
  void fill_bits(std::span<std::uint32_t> words);

 private:
  __extension__ using Wide = unsigned __int128;
  Wide state_, increment_;
  std::uint32_t kept_ = 0;
  bool has_kept_ = false;
};

}  // namespace iiet
