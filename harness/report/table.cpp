#include "harness/report/table.hpp"

#include <cmath>

#include <fmt/format.h>

namespace iiet {
namespace {

/// Beyond seven digits before the point, digits after it say nothing.
std::string fixed(double value, int precision) {
  return std::abs(value) < 1e7 ? fmt::format("{:.{}f}", value, precision) : fmt::format("{:.4g}", value);
}

}  // namespace

std::string shown_value(const TableColumn& column, const TableCell& cell) {
  if (!cell.value) return cell.failure.empty() ? "" : "failed";
  const std::string number = fixed(*cell.value * column.scale, column.precision);
  return !cell.delta_over.empty() && *cell.value > 0 ? "+" + number : number;
}

std::string shown_error(const Table& table, const TableColumn& column, const TableCell& cell) {
  if (!table.with_standard_errors || !cell.value || !cell.standard_error) return "";
  return fixed(*cell.standard_error * column.scale, column.precision);
}

std::string metric_head(const TableColumn& column) {
  const std::string unit = column.unit.empty() ? "" : "(" + column.unit + ")";
  if (column.task.empty()) return unit;
  return column.metric + (unit.empty() ? "" : " " + unit);
}

std::string row_head(const TableRow& row) { return row.label + (row.untrained ? " (untrained)" : ""); }

}  // namespace iiet
