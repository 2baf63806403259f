#include "harness/eval/bootstrap.hpp"

#include <algorithm>
#include <cstdint>
#include <thread>
#include <vector>

#include "harness/base/parallel.hpp"
#include "harness/base/random/python_random.hpp"
#include "harness/eval/aggregation.hpp"

namespace iiet {
namespace {

constexpr std::size_t kLargestChunk = 1000;

/// Places drawn by `random.choices`: floor(u * n), u made of 53 of the 64 bits of two outputs.
class ChoiceStream {
 public:
  ChoiceStream(std::uint64_t seed, std::size_t size) : random_(seed), size_(static_cast<double>(size)) {}

  /// Calls `put(i, place)` for i from 0 to count - 1.
  template <typename Put>
  void draw(std::size_t count, Put put) {
    for (std::size_t done = 0; done < count;) {
      if (used_ == places_.size()) refill();
      const std::size_t now = std::min(places_.size() - used_, count - done);
      for (std::size_t i = 0; i < now; ++i) put(done + i, static_cast<std::size_t>(places_[used_ + i]));
      used_ += now;
      done += now;
    }
  }

 private:
  void refill() {
    const auto& bits = random_.next_block();
    for (std::size_t i = 0; i < places_.size(); ++i) {
      // Signed: the conversion to double is then one vector instruction, and the values fit.
      const auto high = static_cast<std::int32_t>(bits[2 * i] >> 5);
      const auto low = static_cast<std::int32_t>(bits[2 * i + 1] >> 6);
      const double uniform = (high * 67108864.0 + low) * (1.0 / 9007199254740992.0);
      places_[i] = static_cast<std::int32_t>(uniform * size_);
    }
    used_ = 0;
  }

  PythonRandom random_;
  double size_;
  std::array<std::int32_t, PythonRandom::kBlock / 2> places_;
  std::size_t used_ = PythonRandom::kBlock / 2;
};

/// Standard deviation of the statistics of all resamples of `size` values. `make_worker()` gives a chunk its
/// function from a ChoiceStream to the statistic of the next resample.
template <typename MakeWorker>
std::optional<double> deviation_of_resamples(std::size_t size, const Resampling& resampling,
                                             const MakeWorker& make_worker) {
  if (size < 2 || resampling.iterations < 2) return std::nullopt;
  const std::size_t chunk = std::min(kLargestChunk, resampling.iterations);
  const std::size_t chunks = resampling.iterations / chunk;
  const int threads =
      resampling.threads > 0 ? resampling.threads : static_cast<int>(std::thread::hardware_concurrency());

  std::vector<double> statistics(chunk * chunks);
  parallel_for(chunks, threads, [&](std::size_t i) {
    ChoiceStream stream(i, size);
    auto worker = make_worker();
    for (std::size_t r = 0; r < chunk; ++r) statistics[i * chunk + r] = worker(stream);
  });
  return sample_deviation(statistics);
}

}  // namespace

std::optional<double> bootstrap_standard_error(std::span<const double> values, Statistic statistic,
                                               const Resampling& resampling) {
  return deviation_of_resamples(values.size(), resampling, [&] {
    return [&, drawn = std::vector<double>(values.size())](ChoiceStream& stream) mutable {
      stream.draw(values.size(), [&](std::size_t i, std::size_t place) { drawn[i] = values[place]; });
      return statistic(drawn);
    };
  });
}

std::optional<double> bootstrap_standard_error(std::size_t size, const PlacesStatistic& statistic,
                                               const Resampling& resampling) {
  return deviation_of_resamples(size, resampling, [&] {
    return [&, drawn = std::vector<std::size_t>(size)](ChoiceStream& stream) mutable {
      stream.draw(size, [&](std::size_t i, std::size_t place) { drawn[i] = place; });
      return statistic(drawn);
    };
  });
}

}  // namespace iiet
