#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace iiet {

/// Rows of numbers that are added up again and again: what documents contribute to a metric. `Number` is
/// float (sacreBLEU's bootstrap) or double.
template <typename Number>
class RowTable {
 public:
  /// `width` numbers a row, at least one.
  explicit RowTable(std::size_t width);

  /// Appends a row of `width` numbers.
  void add(std::span<const double> row);

  std::size_t width() const { return width_; }
  std::size_t rows() const { return rows_; }
  const Number* row(std::size_t index) const { return numbers_.data() + index * stride_; }

  /// Column sums over all rows, in order, in double.
  std::vector<double> sums() const;
  /// Column sums over the rows drawn, added in `Number` in the order given.
  std::vector<Number> sums_of(std::span<const std::uint32_t> drawn) const;

 private:
  std::size_t width_, stride_;  // rows are padded to whole vectors
  std::size_t rows_ = 0;
  std::vector<Number> numbers_;
};

}  // namespace iiet
