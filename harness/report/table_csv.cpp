#include <fmt/format.h>

#include "harness/report/table.hpp"

namespace iiet {
namespace {

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"') result += '"';
    result += c;
  }
  return result + "\"";
}

const char* as_word(bool yes) { return yes ? "true" : "false"; }

std::string number(const std::optional<double>& value) { return value ? fmt::format("{}", *value) : ""; }

std::string direction(Better better) {
  return better == Better::kNeither ? "" : as_word(better == Better::kHigher);
}

/// The footnotes of a cell, of its row and of its column.
std::string notes_of(const Table& table, const TableRow& row, std::size_t c) {
  std::string text;
  for (const auto* notes : {&table.columns[c].notes, &row.notes, &row.cells[c].notes})
    for (const std::size_t n : *notes) text += (text.empty() ? "" : "; ") + table.notes[n];
  return text;
}

std::string line(const Table& table, const TableRow& row, std::size_t c) {
  const TableColumn& column = table.columns[c];
  const TableCell& cell = row.cells[c];
  const char* status = !row.source.empty() ? "published" : cell.failure.empty() ? "ok" : "failed";
  const std::string fields[] = {row.label,
                                column.task,
                                column.metric,
                                number(cell.value),
                                number(cell.standard_error),
                                direction(column.better),
                                as_word(cell.best),
                                status,
                                as_word(cell.sample_data),
                                as_word(row.untrained),
                                cell.delta_over,
                                cell.started,
                                row.source,
                                notes_of(table, row, c)};
  std::string text;
  for (const std::string& field : fields) text += (&field == fields ? "" : ",") + quoted(field);
  return text + "\r\n";
}

}  // namespace

std::string as_csv(const Table& table) {
  std::string text =
      "model,task,metric,value,stderr,higher_is_better,best,status,sample_data,untrained,delta_over,run,"
      "source,"
      "notes\r\n";
  for (const TableRow& row : table.rows)
    for (std::size_t c = 0; c < row.cells.size(); ++c)
      if (row.cells[c].value || !row.cells[c].failure.empty()) text += line(table, row, c);
  return text;
}

}  // namespace iiet
