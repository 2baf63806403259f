#pragma once

#include <string>

namespace iiet {

/// Text that Markdown shows as it is, in a cell or a line.
std::string markdown_escaped(const std::string& text);

}  // namespace iiet
