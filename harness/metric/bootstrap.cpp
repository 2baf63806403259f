#include "harness/metric/bootstrap.hpp"

#include <algorithm>
#include <thread>
#include <vector>

#include "harness/base/parallel.hpp"
#include "harness/base/resample/places.hpp"
#include "harness/base/resample/resample.hpp"

namespace iiet {
namespace {

constexpr std::size_t kLargestChunk = 1000;

}  // namespace

std::optional<double> bootstrap_standard_error(std::size_t size, const PlacesStatistic& statistic,
                                               const Resampling& resampling) {
  if (size < 2 || resampling.iterations < 2) return std::nullopt;
  const std::size_t chunk = std::min(kLargestChunk, resampling.iterations);
  const std::size_t chunks = resampling.iterations / chunk;
  const int threads =
      resampling.threads > 0 ? resampling.threads : static_cast<int>(std::thread::hardware_concurrency());

  std::vector<double> statistics(chunk * chunks);
  parallel_for(chunks, threads, [&](std::size_t i) {
    const auto of_chunk = resampled(size, chunk, PythonPlaces(i), statistic);
    std::copy(of_chunk.begin(), of_chunk.end(), statistics.begin() + static_cast<std::ptrdiff_t>(i * chunk));
  });
  return sample_deviation(statistics);
}

}  // namespace iiet
