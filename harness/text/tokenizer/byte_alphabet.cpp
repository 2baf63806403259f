#include "harness/text/tokenizer/byte_alphabet.hpp"

#include <cstdint>

namespace iiet {
namespace {

constexpr std::uint32_t kFirstStandIn = 0x100;

bool stands_for_itself(int byte) {
  return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || (byte >= 0xAE && byte <= 0xFF);
}

std::array<std::uint32_t, 256> code_point_of_byte() {
  std::array<std::uint32_t, 256> result{};
  std::uint32_t next = kFirstStandIn;
  for (int byte = 0; byte < 256; ++byte)
    result[byte] = stands_for_itself(byte) ? static_cast<std::uint32_t>(byte) : next++;
  return result;
}

/// Byte of each code point below 0x180, or -1.
std::array<int, 0x180> byte_of_code_point() {
  std::array<int, 0x180> result{};
  result.fill(-1);
  const auto forward = code_point_of_byte();
  for (int byte = 0; byte < 256; ++byte) result[forward[byte]] = byte;
  return result;
}

}  // namespace

const std::array<std::string, 256>& byte_alphabet() {
  static const auto alphabet = [] {
    std::array<std::string, 256> result;
    const auto code_points = code_point_of_byte();
    for (int byte = 0; byte < 256; ++byte) {
      const std::uint32_t c = code_points[byte];
      if (c < 0x80)
        result[byte] = static_cast<char>(c);
      else
        result[byte] = {static_cast<char>(0xC0 | (c >> 6)), static_cast<char>(0x80 | (c & 0x3F))};
    }
    return result;
  }();
  return alphabet;
}

std::optional<std::string> bytes_of_spelling(std::string_view spelling) {
  static const auto bytes = byte_of_code_point();
  std::string result;
  for (std::size_t i = 0; i < spelling.size();) {
    const auto lead = static_cast<unsigned char>(spelling[i]);
    std::uint32_t c = lead;
    // Every character of the alphabet takes one or two bytes in UTF-8.
    if (lead >= 0x80) {
      if ((lead & 0xE0) != 0xC0 || i + 1 >= spelling.size()) return std::nullopt;
      c = (lead & 0x1Fu) << 6 | (static_cast<unsigned char>(spelling[i + 1]) & 0x3Fu);
    }
    i += lead < 0x80 ? 1 : 2;
    if (c >= bytes.size() || bytes[c] < 0) return std::nullopt;
    result += static_cast<char>(bytes[c]);
  }
  return result;
}

}  // namespace iiet
