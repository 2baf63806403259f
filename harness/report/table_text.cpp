#include <fmt/format.h>

#include "harness/report/table.hpp"
#include "harness/report/text_columns.hpp"

namespace iiet {
namespace {

using Texts = std::vector<std::string>;

/// Control characters would break the lines.
std::string one_line(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = ' ';
  return text;
}

std::string marks(const std::vector<std::size_t>& notes) {
  std::string text;
  for (const std::size_t n : notes) text += fmt::format(" [{}]", n + 1);
  return text;
}

std::string cell_text(const Table& table, const TableColumn& column, const TableCell& cell) {
  std::string text = shown_value(column, cell);
  if (const std::string error = shown_error(table, column, cell); !error.empty()) text += " ± " + error;
  if (!cell.delta_over.empty()) text += " over " + one_line(cell.delta_over);
  if (cell.best) text += " *";
  return text + marks(cell.notes);
}

std::vector<Texts> rows_of(const Table& table) {
  std::vector<Texts> rows{{"model"}, {""}};
  for (const TableColumn& column : table.columns) {
    rows[0].push_back(one_line(column.label) + marks(column.notes));
    rows[1].push_back(one_line(metric_head(column)));
  }
  for (const TableRow& row : table.rows) {
    rows.push_back({one_line(row_head(row)) + marks(row.notes)});
    for (std::size_t c = 0; c < row.cells.size(); ++c)
      rows.back().push_back(cell_text(table, table.columns[c], row.cells[c]));
  }
  return rows;
}

bool has_best(const Table& table) {
  for (const TableRow& row : table.rows)
    for (const TableCell& cell : row.cells)
      if (cell.best) return true;
  return false;
}

}  // namespace

std::string as_text(const Table& table) {
  std::string text = table.caption.empty() ? "" : one_line(table.caption) + "\n\n";
  text += text_columns(rows_of(table), {.left = 1, .heads = 2});
  if (has_best(table)) text += "*: best value of the column\n";
  for (std::size_t n = 0; n < table.notes.size(); ++n)
    text += fmt::format("[{}] {}\n", n + 1, one_line(table.notes[n]));
  for (const std::string& remark : table.remarks) text += one_line(remark) + "\n";
  return text;
}

}  // namespace iiet
