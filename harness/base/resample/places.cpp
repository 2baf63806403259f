#include "harness/base/resample/places.hpp"

#include <algorithm>
#include <bit>

namespace iiet {

void PythonPlaces::operator()(std::span<std::uint32_t> places) {
  const auto size = static_cast<double>(places.size());
  for (std::size_t done = 0; done < places.size();) {
    if (used_ == drawn_.size()) refill(size);
    const std::size_t now = std::min(drawn_.size() - used_, places.size() - done);
    std::copy_n(drawn_.begin() + static_cast<std::ptrdiff_t>(used_), now,
                places.begin() + static_cast<std::ptrdiff_t>(done));
    used_ += now;
    done += now;
  }
}

void PythonPlaces::refill(double size) {
  const auto& bits = random_.next_block();
  for (std::size_t i = 0; i < drawn_.size(); ++i) {
    // Signed: the conversion to double is then one vector instruction, and the values fit.
    const auto high = static_cast<std::int32_t>(bits[2 * i] >> 5);
    const auto low = static_cast<std::int32_t>(bits[2 * i + 1] >> 6);
    const double uniform = (high * 67108864.0 + low) * (1.0 / 9007199254740992.0);
    drawn_[i] = static_cast<std::int32_t>(uniform * size);
  }
  used_ = 0;
}

void LegacyNumpyPlaces::operator()(std::span<std::uint32_t> places) {
  const auto largest = static_cast<std::uint32_t>(places.size() - 1);
  if (largest == 0) {
    places[0] = 0;
    return;
  }
  const std::uint32_t mask = ~std::uint32_t{0} >> std::countl_zero(largest);
  for (std::size_t filled = 0; filled < places.size();) {
    places[filled] = static_cast<std::uint32_t>(random_()) & mask;
    // Without a branch, since up to half of the outputs are too large.
    filled += places[filled] <= largest ? 1 : 0;
  }
}

void PerlPlaces::operator()(std::span<std::uint32_t> places) {
  const auto size = static_cast<double>(places.size());
  for (std::uint32_t& place : places) {
    state_ = (state_ * 0x5DEECE66D + 0xB) & 0xFFFFFFFFFFFF;
    place = static_cast<std::uint32_t>(static_cast<double>(state_) * 0x1p-48 * size);
  }
}

void MersennePlaces::operator()(std::span<std::uint32_t> places) {
  for (std::uint32_t& place : places)
    place = static_cast<std::uint32_t>(std::uint64_t{random_()} * places.size() >> 32);
}

}  // namespace iiet
