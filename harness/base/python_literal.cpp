#include "harness/base/python_literal.hpp"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "harness/base/error.hpp"

namespace iiet {
namespace {

/// `str.isprintable` of one code point.
bool is_printable(UChar32 c) {
  constexpr std::uint32_t unprintable = U_GC_C_MASK | U_GC_Z_MASK;
  return c == ' ' || (U_GET_GC_MASK(c) & unprintable) == 0;
}

std::string escaped(UChar32 c) {
  switch (c) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      break;
  }
  const auto code = static_cast<std::uint32_t>(c);
  return code < 0x100     ? fmt::format("\\x{:02x}", code)
         : code < 0x10000 ? fmt::format("\\u{:04x}", code)
                          : fmt::format("\\U{:08x}", code);
}

}  // namespace

std::string python_literal(std::string_view text) {
  const bool has_single = text.find('\'') != std::string_view::npos;
  const char quote = has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
  std::string literal(1, quote);
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  for (std::int64_t at = 0, size = static_cast<std::int64_t>(text.size()); at < size;) {
    const std::int64_t begin = at;
    UChar32 c = 0;
    U8_NEXT(bytes, at, size, c);
    require(c >= 0, "not valid UTF-8 at byte {} of {}", begin, size);
    if (c == quote || c == '\\')
      literal.append(1, '\\').append(1, static_cast<char>(c));
    else if (is_printable(c))
      literal.append(text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(at - begin)));
    else
      literal += escaped(c);
  }
  return literal + quote;
}

std::string python_literal(std::span<const std::string> texts) {
  std::string literal = "[";
  for (const std::string& text : texts) literal += (literal.size() > 1 ? ", " : "") + python_literal(text);
  return literal + "]";
}

}  // namespace iiet
