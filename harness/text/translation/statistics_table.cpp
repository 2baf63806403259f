#include "harness/text/translation/statistics_table.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstring>

namespace iiet {
namespace {

constexpr std::size_t kLanes = 4;  // SSE2, which every x86-64 has; other machines get what GCC makes of it
using Vector = float __attribute__((vector_size(kLanes * sizeof(float))));
constexpr std::size_t kMostVectors = 8;

/// Adds N neighbouring vectors of the rows drawn. Each sum is one chain of additions, so N of them run at
/// once at no cost: summing is bound by the latency of one addition a row.
template <std::size_t N>
void add_rows(const float* columns, std::size_t stride, std::span<const std::uint32_t> drawn, float* sums) {
  std::array<Vector, N> totals{};
  for (const std::uint32_t index : drawn) {
    const float* row = columns + index * stride;
    for (std::size_t i = 0; i < N; ++i) {
      Vector values;
      std::memcpy(&values, row + i * kLanes, sizeof(values));
      totals[i] += values;
    }
  }
  std::memcpy(sums, totals.data(), sizeof(totals));
}

using AddRows = void (*)(const float*, std::size_t, std::span<const std::uint32_t>, float*);
constexpr std::array<AddRows, kMostVectors> kAddRows{add_rows<1>, add_rows<2>, add_rows<3>, add_rows<4>,
                                                     add_rows<5>, add_rows<6>, add_rows<7>, add_rows<8>};

bool is_float32(double value) { return static_cast<double>(static_cast<float>(value)) == value; }

}  // namespace

StatisticsTable::StatisticsTable(std::size_t width)
    : width_(width), stride_((width + kLanes - 1) / kLanes * kLanes) {
  assert(width > 0);
}

void StatisticsTable::add(std::span<const double> statistics) {
  assert(statistics.size() == width_);
  if (!keeps_doubles_ && !std::all_of(statistics.begin(), statistics.end(), is_float32)) {
    for (std::size_t i = 0; i < segments_; ++i) exact_.insert(exact_.end(), row(i), row(i) + width_);
    keeps_doubles_ = true;
  }
  if (keeps_doubles_) exact_.insert(exact_.end(), statistics.begin(), statistics.end());
  for (const double value : statistics) {
    rows_.push_back(static_cast<float>(value));
    whole_ = whole_ && value == std::floor(value);
  }
  rows_.resize(rows_.size() + stride_ - width_);
  ++segments_;
}

std::vector<double> StatisticsTable::segment(std::size_t index) const {
  assert(index < segments_);
  const double* exact = exact_.data() + index * width_;
  if (keeps_doubles_) return {exact, exact + width_};
  return {row(index), row(index) + width_};
}

std::vector<double> StatisticsTable::sums() const {
  std::vector<double> totals(width_);
  for (std::size_t i = 0; i < segments_; ++i)
    for (std::size_t k = 0; k < width_; ++k)
      totals[k] += keeps_doubles_ ? exact_[i * width_ + k] : double{row(i)[k]};
  return totals;
}

std::vector<float> StatisticsTable::sums_of(std::span<const std::uint32_t> drawn) const {
  std::vector<float> totals(stride_);
  for (std::size_t at = 0; at < stride_;) {
    const std::size_t vectors = std::min(kMostVectors, (stride_ - at) / kLanes);
    kAddRows[vectors - 1](rows_.data() + at, stride_, drawn, totals.data() + at);
    at += vectors * kLanes;
  }
  totals.resize(width_);
  return totals;
}

}  // namespace iiet
