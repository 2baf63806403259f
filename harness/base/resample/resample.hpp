#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace iiet {

/// Results of resampling `size` documents with replacement: for each of `samples` resamples `draw(places)`
/// fills as many places below `size` (places.hpp has those of other programs), and `score(places)` says what
/// comes of them.
template <typename Draw, typename Score>
auto resampled(std::size_t size, std::size_t samples, Draw&& draw, Score&& score) {
  std::vector<std::uint32_t> places(size);
  std::vector<decltype(score(std::span<const std::uint32_t>(places)))> results;
  results.reserve(samples);
  for (std::size_t i = 0; i < samples; ++i) {
    draw(std::span<std::uint32_t>(places));
    results.push_back(score(std::span<const std::uint32_t>(places)));
  }
  return results;
}

}  // namespace iiet
