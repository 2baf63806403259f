#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "harness/base/resample/row_table.hpp"

namespace iiet {

/// The statistics of every segment of one system under one metric: all that resampling needs of the text.
/// Kept as float32, as sacreBLEU's bootstrap does; a table with a value that is no float32 (TER's mean
/// lengths) keeps the doubles beside them.
class StatisticsTable {
 public:
  /// `width` statistics a segment.
  explicit StatisticsTable(std::size_t width) : rows_(width) {}

  /// Appends one segment; `statistics` has `width` values, not negative.
  void add(std::span<const double> statistics);

  std::size_t width() const { return rows_.width(); }
  std::size_t segments() const { return rows_.rows(); }

  /// All statistics of one segment.
  std::vector<double> segment(std::size_t index) const;

  /// Column sums, segments added in order.
  std::vector<double> sums() const;

  /// Column sums over the segments drawn, added as float32 in the order given (NumPy's `sum(axis)` of
  /// float32 rows).
  std::vector<float> sums_of(std::span<const std::uint32_t> drawn) const { return rows_.sums_of(drawn); }

  /// True if every statistic is a whole number.
  bool whole() const { return whole_; }

 private:
  RowTable<float> rows_;
  bool whole_ = true, keeps_doubles_ = false;
  std::vector<double> exact_;  // [segments, width] if keeps_doubles_
};

}  // namespace iiet
