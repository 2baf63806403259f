#pragma once

#include <string>
#include <vector>

namespace iiet {

/// Rows of cells, the head first. A cell may have several lines and colours (escape sequences).
using Grid = std::vector<std::vector<std::string>>;

/// A table in frames, the first column to the right, the others centred (the `fancy_grid` of Python's
/// tabulate).
std::string framed_grid(const Grid& grid);

/// The same as a LaTeX tabular with booktabs (tabulate's `latex_booktabs`).
std::string latex_grid(const Grid& grid);

}  // namespace iiet
