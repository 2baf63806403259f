#include <fmt/format.h>

#include "harness/report/table.hpp"

namespace iiet {
namespace {

/// Text that Markdown shows as it is, in a cell or a line.
std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f')
      result += ' ';
    else if (c == '&')
      result += "&amp;";
    else if (c == '<')
      result += "&lt;";
    else if (std::string_view("\\|*_`>[]#~$").find(c) != std::string_view::npos)
      (result += '\\') += c;
    else
      result += c;
  }
  return result;
}

std::string marks(const std::vector<std::size_t>& notes) {
  std::string numbers;
  for (const std::size_t n : notes) numbers += fmt::format("{}{}", numbers.empty() ? "" : ",", n + 1);
  return numbers.empty() ? "" : "<sup>" + numbers + "</sup>";
}

std::string cell_text(const Table& table, const TableColumn& column, const TableCell& cell) {
  std::string text = shown_value(column, cell);
  if (cell.best) text = "**" + text + "**";
  if (const std::string error = shown_error(table, column, cell); !error.empty()) text += " ± " + error;
  if (!cell.delta_over.empty()) text += " over " + escaped(cell.delta_over);
  return text + marks(cell.notes);
}

std::string head(const TableColumn& column) {
  const std::string metric = metric_head(column);
  return escaped(column.label) + (metric.empty() ? "" : "<br>" + escaped(metric)) + marks(column.notes);
}

}  // namespace

std::string as_markdown(const Table& table) {
  std::string text = table.caption.empty() ? "" : "**" + escaped(table.caption) + "**\n\n";
  std::string line = "| model |", rule = "|:--|";
  for (const TableColumn& column : table.columns) {
    line += " " + head(column) + " |";
    rule += "--:|";
  }
  text += line + "\n" + rule + "\n";
  for (const TableRow& row : table.rows) {
    text += "| " + escaped(row_head(row)) + marks(row.notes) + " |";
    for (std::size_t c = 0; c < row.cells.size(); ++c)
      text += " " + cell_text(table, table.columns[c], row.cells[c]) + " |";
    text += "\n";
  }
  if (!table.notes.empty() || !table.remarks.empty()) text += "\n";
  for (std::size_t n = 0; n < table.notes.size(); ++n)
    text += fmt::format("{}. {}\n", n + 1, escaped(table.notes[n]));
  for (const std::string& remark : table.remarks) text += "\n" + escaped(remark) + "\n";
  return text;
}

}  // namespace iiet
