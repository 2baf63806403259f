#pragma once

#include <string>
#include <string_view>

namespace iiet {

/// The content of a gzip file (of all its members, one after the other). Throws InputError with `where` in
/// front if it is damaged or ends too early.
std::string unzipped(std::string_view bytes, const std::string& where);

}  // namespace iiet
