#include "harness/report/text_columns.hpp"

#include <algorithm>

#include "harness/base/unicode.hpp"

namespace iiet {
namespace {

std::string line_of(const std::vector<std::string>& row, const std::vector<std::size_t>& widths,
                    std::size_t left) {
  std::string line;
  for (std::size_t c = 0; c < widths.size(); ++c) {
    const std::string gap(widths[c] - display_width(row[c]), ' ');
    line += (c ? "  " : "") + (c < left ? row[c] + gap : gap + row[c]);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

}  // namespace

std::string text_columns(const std::vector<std::vector<std::string>>& rows, const ColumnStyle& style) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows)
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], display_width(row[c]));
  std::size_t length = 2 * (widths.size() - 1);
  for (const std::size_t width : widths) length += width;
  std::string text;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    text += line_of(rows[r], widths, style.left);
    if (r + 1 == style.heads) text += std::string(length, '-') + "\n";
  }
  return text;
}

}  // namespace iiet
