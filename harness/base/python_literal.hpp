#pragma once

#include <span>
#include <string>
#include <string_view>

namespace iiet {

/// `repr(str)` of Python on UTF-8: quotes, escapes for what cannot be printed.
std::string python_literal(std::string_view text);

/// `str(list)` of a list of strings.
std::string python_literal(std::span<const std::string> texts);

}  // namespace iiet
