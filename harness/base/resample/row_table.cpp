#include "harness/base/resample/row_table.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>

namespace iiet {
namespace {

constexpr std::size_t kVectorBytes = 16;  // SSE2, which every x86-64 has; others get what GCC makes of it
constexpr std::size_t kMostVectors = 8;

template <typename Number>
constexpr std::size_t kLanes = kVectorBytes / sizeof(Number);

/// GCC 12 drops the attribute from a type that depends on a template's parameter.
template <typename Number>
struct VectorOf;
template <>
struct VectorOf<float> {
  using Type = float __attribute__((vector_size(kVectorBytes)));
};
template <>
struct VectorOf<double> {
  using Type = double __attribute__((vector_size(kVectorBytes)));
};

/// Adds N neighbouring vectors of the rows drawn. Each sum is one chain of additions, so N of them run at
/// once at no cost: summing is bound by the latency of one addition a row.
template <typename Number, std::size_t N>
void add_rows(const Number* columns, std::size_t stride, std::span<const std::uint32_t> drawn, Number* sums) {
  using Vector = typename VectorOf<Number>::Type;
  static_assert(sizeof(Vector) == kVectorBytes);
  std::array<Vector, N> totals{};
  for (const std::uint32_t index : drawn) {
    const Number* row = columns + index * stride;
    for (std::size_t i = 0; i < N; ++i) {
      Vector values;
      std::memcpy(&values, row + i * kLanes<Number>, sizeof(values));
      totals[i] += values;
    }
  }
  std::memcpy(sums, totals.data(), sizeof(totals));
}

template <typename Number>
using AddRows = void (*)(const Number*, std::size_t, std::span<const std::uint32_t>, Number*);
template <typename Number>
constexpr std::array<AddRows<Number>, kMostVectors> kAddRows{
    add_rows<Number, 1>, add_rows<Number, 2>, add_rows<Number, 3>, add_rows<Number, 4>,
    add_rows<Number, 5>, add_rows<Number, 6>, add_rows<Number, 7>, add_rows<Number, 8>};

}  // namespace

template <typename Number>
RowTable<Number>::RowTable(std::size_t width)
    : width_(width), stride_((width + kLanes<Number> - 1) / kLanes<Number> * kLanes<Number>) {
  assert(width > 0);
}

template <typename Number>
void RowTable<Number>::add(std::span<const double> row) {
  assert(row.size() == width_);
  for (const double value : row) numbers_.push_back(static_cast<Number>(value));
  numbers_.resize(numbers_.size() + stride_ - width_);
  ++rows_;
}

template <typename Number>
std::vector<double> RowTable<Number>::sums() const {
  std::vector<double> totals(width_);
  for (std::size_t i = 0; i < rows_; ++i)
    for (std::size_t k = 0; k < width_; ++k) totals[k] += double{row(i)[k]};
  return totals;
}

template <typename Number>
std::vector<Number> RowTable<Number>::sums_of(std::span<const std::uint32_t> drawn) const {
  std::vector<Number> totals(stride_);
  for (std::size_t at = 0; at < stride_;) {
    const std::size_t vectors = std::min(kMostVectors, (stride_ - at) / kLanes<Number>);
    kAddRows<Number>[vectors - 1](numbers_.data() + at, stride_, drawn, totals.data() + at);
    at += vectors * kLanes<Number>;
  }
  totals.resize(width_);
  return totals;
}

template class RowTable<float>;
template class RowTable<double>;

}  // namespace iiet
