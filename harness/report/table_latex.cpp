#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "harness/report/table.hpp"

namespace iiet {
namespace {

/// What TeX reads as commands, or sets as something else, and how it is written. `[` and `*` after `\\` would
/// be read as its arguments; two hyphens would become a dash.
constexpr std::array<std::pair<std::string_view, std::string_view>, 28> kEscapes{{
    {"\\", "\\textbackslash{}"},
    {"{", "\\{"},
    {"}", "\\}"},
    {"_", "\\_"},
    {"%", "\\%"},
    {"&", "\\&"},
    {"#", "\\#"},
    {"$", "\\$"},
    {"~", "\\textasciitilde{}"},
    {"^", "\\textasciicircum{}"},
    {"<", "\\textless{}"},
    {">", "\\textgreater{}"},
    {"|", "\\textbar{}"},
    {"[", "{[}"},
    {"]", "{]}"},
    {"*", "{*}"},
    {"`", "\\textasciigrave{}"},
    {"\"", "\\char34{}"},
    {"±", "$\\pm$"},
    {"×", "$\\times$"},
    {"÷", "$\\div$"},
    {"…", "\\ldots{}"},
    {"≥", "$\\geq$"},
    {"≤", "$\\leq$"},
    {"−", "$-$"},
    {"→", "$\\to$"},
    {"↑", "$\\uparrow$"},
    {"↓", "$\\downarrow$"},
}};

/// Text that TeX sets as it is. Letters beyond ASCII are left to the document's input encoding.
std::string escaped(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto escape = std::find_if(kEscapes.begin(), kEscapes.end(),
                                     [&](const auto& e) { return text.starts_with(e.first); });
    if (escape != kEscapes.end()) {
      result += escape->second;
      text.remove_prefix(escape->first.size());
      continue;
    }
    const auto c = static_cast<unsigned char>(text.front());
    result += c < ' ' || c == 0x7f ? ' ' : text.front();
    if (text.starts_with("--") || text.starts_with("''")) result += "{}";
    text.remove_prefix(1);
  }
  return result;
}

std::string marks(const std::vector<std::size_t>& notes) {
  std::string numbers;
  for (const std::size_t n : notes) numbers += fmt::format("{}{}", numbers.empty() ? "" : ",", n + 1);
  return numbers.empty() ? "" : "$^{" + numbers + "}$";
}

/// A hyphen in front of a number is a minus.
std::string number(const std::string& text) {
  return text.starts_with("-") ? "$-$" + escaped(text.substr(1)) : escaped(text);
}

std::string cell_text(const Table& table, const TableColumn& column, const TableCell& cell) {
  std::string text = number(shown_value(column, cell));
  if (cell.best) text = "\\textbf{" + text + "}";
  if (const std::string error = shown_error(table, column, cell); !error.empty())
    text += " $\\pm$ " + number(error);
  if (!cell.delta_over.empty()) text += " over " + escaped(cell.delta_over);
  return text + marks(cell.notes);
}

std::string heads(const Table& table) {
  std::string labels = "Model", metrics;
  for (const TableColumn& column : table.columns) {
    labels += " & " + escaped(column.label) + marks(column.notes);
    metrics += " & " + escaped(metric_head(column));
  }
  return labels + " \\\\\n" + metrics + " \\\\\n";
}

std::string body(const Table& table) {
  std::string text;
  bool published = false;
  for (const TableRow& row : table.rows) {
    if (!row.source.empty() && !published) text += "\\midrule\n";
    published = !row.source.empty();
    text += escaped(row_head(row)) + marks(row.notes);
    for (std::size_t c = 0; c < row.cells.size(); ++c)
      text += " & " + cell_text(table, table.columns[c], row.cells[c]);
    text += " \\\\\n";
  }
  return text;
}

/// Below the table, a paragraph each.
std::string footnotes(const Table& table) {
  if (table.notes.empty() && table.remarks.empty()) return "";
  std::string text = "\n\\medskip\n\\begin{minipage}{\\linewidth}\n\\footnotesize\n";
  for (std::size_t n = 0; n < table.notes.size(); ++n)
    text += fmt::format("$^{{{}}}$ {}\\par\n", n + 1, escaped(table.notes[n]));
  for (const std::string& remark : table.remarks) text += escaped(remark) + "\\par\n";
  return text + "\\end{minipage}\n";
}

}  // namespace

std::string as_latex(const Table& table) {
  std::string text = "% needs \\usepackage{booktabs} in the preamble\n\\begin{table}\n\\centering\n";
  if (!table.caption.empty()) text += "\\caption{" + escaped(table.caption) + "}\n";
  text += "\\begin{tabular}{l" + std::string(table.columns.size(), 'r') + "}\n\\toprule\n";
  text += heads(table) + "\\midrule\n" + body(table);
  return text + "\\bottomrule\n\\end{tabular}\n" + footnotes(table) + "\\end{table}\n";
}

}  // namespace iiet
