#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace iiet {

/// Lines of text whose columns are padded to their widest cell: the first `left` of them aligned to the left,
/// the others to the right. A line is drawn below the first `heads` rows. All rows have the same number of
/// cells.
struct ColumnStyle {
  std::size_t left = 1, heads = 1;
};
std::string text_columns(const std::vector<std::vector<std::string>>& rows, const ColumnStyle& style);

}  // namespace iiet
