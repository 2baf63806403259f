#include "harness/app/metric/grid.hpp"

#include <algorithm>
#include <string_view>

#include "harness/base/files.hpp"
#include "harness/base/unicode.hpp"

namespace iiet {
namespace {

constexpr std::size_t kHeadPadding = 2;

/// Characters that are seen: escape sequences take no room.
std::size_t visible_width(std::string_view text) {
  std::string seen;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t escape = std::min(text.find("\x1b[", at), text.size());
    seen += text.substr(at, escape - at);
    at = escape == text.size() ? escape : std::min(text.find('m', escape), text.size() - 1) + 1;
  }
  return code_points(seen);
}

std::vector<std::string> lines_in(const std::string& cell) {
  std::vector<std::string> lines;
  for (const std::string_view line : lines_of(cell)) lines.emplace_back(strip(line));
  if (lines.empty()) lines.emplace_back();
  return lines;
}

std::vector<std::size_t> column_widths(const Grid& grid) {
  std::vector<std::size_t> widths;
  for (const std::string& head : grid.front()) widths.push_back(visible_width(head) + kHeadPadding);
  for (const auto& row : grid)
    for (std::size_t c = 0; c < row.size(); ++c)
      for (const std::string& line : lines_in(row[c])) widths[c] = std::max(widths[c], visible_width(line));
  return widths;
}

/// The first column to the right, the others in the middle; what is left over goes to the right.
std::string aligned(const std::string& line, std::size_t column, std::size_t width) {
  const std::size_t padding = width - visible_width(line);
  const std::size_t left = column == 0 ? padding : padding / 2;
  return std::string(left, ' ') + line + std::string(padding - left, ' ');
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string result;
  for (std::size_t i = 0; i < times; ++i) result += text;
  return result;
}

struct Rule {
  const char *left, *line, *cross, *right;
};

std::string rule(const Rule& shape, const std::vector<std::size_t>& widths) {
  std::string text = shape.left;
  for (std::size_t c = 0; c < widths.size(); ++c)
    text += (c ? shape.cross : "") + repeated(shape.line, widths[c] + 2);
  return text + shape.right + "\n";
}

std::string framed_row(const std::vector<std::string>& row, const std::vector<std::size_t>& widths) {
  std::vector<std::vector<std::string>> cells;
  std::size_t height = 1;
  for (const std::string& cell : row) height = std::max(height, cells.emplace_back(lines_in(cell)).size());
  std::string text;
  for (std::size_t i = 0; i < height; ++i) {
    for (std::size_t c = 0; c < cells.size(); ++c)
      text += "│ " + aligned(i < cells[c].size() ? cells[c][i] : "", c, widths[c]) + " ";
    text += "│\n";
  }
  return text;
}

std::string escaped_for_latex(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
      case '%':
      case '$':
      case '#':
      case '_':
      case '{':
      case '}':
        result += {'\\', c};
        break;
      case '^':
        result += "\\^{}";
        break;
      case '~':
        result += "\\textasciitilde{}";
        break;
      case '\\':
        result += "\\textbackslash{}";
        break;
      case '<':
        result += "\\ensuremath{<}";
        break;
      case '>':
        result += "\\ensuremath{>}";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string latex_row(const std::vector<std::string>& row, const std::vector<std::size_t>& widths) {
  std::string text;
  for (std::size_t c = 0; c < row.size(); ++c)
    text += (c ? "&" : "") + escaped_for_latex(" " + aligned(std::string(strip(row[c])), c, widths[c]) + " ");
  return text + "\\\\\n";
}

}  // namespace

std::string framed_grid(const Grid& grid) {
  const auto widths = column_widths(grid);
  std::string text = rule({"╒", "═", "╤", "╕"}, widths);
  for (std::size_t r = 0; r < grid.size(); ++r) {
    if (r == 1) text += rule({"╞", "═", "╪", "╡"}, widths);
    if (r > 1) text += rule({"├", "─", "┼", "┤"}, widths);
    text += framed_row(grid[r], widths);
  }
  return text + rule({"╘", "═", "╧", "╛"}, widths);
}

std::string latex_grid(const Grid& grid) {
  const auto widths = column_widths(grid);
  std::string text = "\\begin{tabular}{r" + std::string(widths.size() - 1, 'c') + "}\n\\toprule\n";
  for (std::size_t r = 0; r < grid.size(); ++r) {
    text += latex_row(grid[r], widths);
    if (r == 0) text += "\\midrule\n";
  }
  return text + "\\bottomrule\n\\end{tabular}\n";
}

}  // namespace iiet
