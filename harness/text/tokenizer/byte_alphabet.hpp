#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace iiet {

/// The 256 bytes as the printable characters (UTF-8) in which byte-level BPE vocabularies are spelled: a
/// printable Latin-1 character stands for its own byte, the others for U+0100 onwards in order.
const std::array<std::string, 256>& byte_alphabet();

/// The bytes that a vocabulary's `spelling` stands for, or nothing if one of its characters is outside the
/// alphabet.
std::optional<std::string> bytes_of_spelling(std::string_view spelling);

}  // namespace iiet
