#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace iiet {

enum class Better { kHigher, kLower, kNeither };

/// A column: what it shows and how.
struct TableColumn {
  std::string task;    // empty: a property of the model, such as its parameters
  std::string metric;  // of the task, or the name of the property
  std::string label, unit;
  double scale = 1;  // shown: value times scale
  int precision = 4;
  Better better = Better::kNeither;
  std::vector<std::size_t> notes;
};

/// A value of a table; numbers as the report has them, neither scaled nor rounded.
struct TableCell {
  std::optional<double> value, standard_error;
  std::string failure;     // why there is none, where the run failed
  std::string delta_over;  // the value is a difference to this model's
  bool best = false, sample_data = false;
  std::string started;  // of the run, UTC; empty for published numbers
  std::vector<std::size_t> notes;
};

/// One cell a column.
struct TableRow {
  std::string label;
  std::string source;  // of published numbers; empty: from a report
  bool untrained = false;
  std::vector<std::size_t> notes;
  std::vector<TableCell> cells;
};

/// What every format shows. Columns, rows and cells name their footnotes by index; `remarks` hold for the
/// whole.
struct Table {
  std::string caption;
  bool with_standard_errors = true;
  std::vector<TableColumn> columns;
  std::vector<TableRow> rows;
  std::vector<std::string> notes, remarks;
};

/// Columns padded with spaces; the best of a column is marked by a star.
std::string as_text(const Table& table);
/// A table of GitHub's Markdown; the best of a column in bold.
std::string as_markdown(const Table& table);
/// A `table` environment for the package booktabs; the best of a column in bold.
std::string as_latex(const Table& table);
/// RFC 4180: a header, then one line a cell, empty cells left out; numbers neither scaled nor rounded.
std::string as_csv(const Table& table);

/// The value as the column shows it, and its error; "" where there is none.
std::string shown_value(const TableColumn& column, const TableCell& cell);
std::string shown_error(const Table& table, const TableColumn& column, const TableCell& cell);

/// The second line of a column's head: metric and unit.
std::string metric_head(const TableColumn& column);

/// A row's label; untrained models are marked.
std::string row_head(const TableRow& row);

}  // namespace iiet
