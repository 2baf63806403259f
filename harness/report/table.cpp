#include "harness/report/table.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace iiet {
namespace {

/// Beyond seven digits before the point, digits after it say nothing; value and error look alike.
std::string fixed(double number, const TableColumn& column, const TableCell& cell) {
  const double largest = std::max(std::abs(*cell.value), cell.standard_error.value_or(0)) * column.scale;
  return largest < 1e7 ? fmt::format("{:.{}f}", number * column.scale, column.precision)
                       : fmt::format("{:.3e}", number * column.scale);
}

}  // namespace

std::string shown_value(const TableColumn& column, const TableCell& cell) {
  if (!cell.value) return cell.failure.empty() ? "" : "failed";
  const std::string number = fixed(*cell.value, column, cell);
  return !cell.delta_over.empty() && *cell.value > 0 ? "+" + number : number;
}

std::string shown_error(const Table& table, const TableColumn& column, const TableCell& cell) {
  if (!table.with_standard_errors || !cell.value || !cell.standard_error) return "";
  return fixed(*cell.standard_error, column, cell);
}

std::string metric_head(const TableColumn& column) {
  const std::string unit = column.unit.empty() ? "" : "(" + column.unit + ")";
  if (column.task.empty()) return unit;
  return column.metric + (unit.empty() ? "" : " " + unit);
}

std::string row_head(const TableRow& row) { return row.label + (row.untrained ? " (untrained)" : ""); }

}  // namespace iiet
