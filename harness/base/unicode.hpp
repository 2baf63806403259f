#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace iiet {

/// Text as Python's `str` sees it, on UTF-8. The white-space set is that of `str.isspace` and of `\s` in `re`
/// (U+0009-000D, U+001C-0020, U+0085, U+00A0, U+1680, U+2000-200A, U+2028, U+2029, U+202F, U+205F, U+3000).

/// `str.strip()`, `str.lstrip()`, `str.rstrip()`.
std::string_view strip(std::string_view text);
std::string_view strip_left(std::string_view text);
std::string_view strip_right(std::string_view text);

/// `len(str)`: code points. Invalid bytes count one each.
std::size_t code_points(std::string_view text);

/// `len(re.split(r"\s+", text))`: runs of white space plus one, so that leading and trailing space add empty
/// pieces.
std::size_t count_words(std::string_view text);

/// `str.capitalize()`: first character title-cased, all the rest lower-cased (full case mapping).
std::string capitalize(std::string_view text);

/// `text[0].lower() + text[1:]`; empty stays empty.
std::string lower_first(std::string_view text);

/// `text[:-1]`: all but the last code point.
std::string_view without_last(std::string_view text);

/// `str.replace(from, to)`: left to right, not overlapping.
std::string replace_all(std::string_view text, std::string_view from, std::string_view to);

/// Offset of the first byte that is not valid UTF-8, or npos.
std::size_t invalid_utf8_at(std::string_view text);

/// `bytes.decode(errors="replace")`: U+FFFD for each longest part of a character that is not complete or
/// valid.
std::string replace_invalid_utf8(std::string_view text);

}  // namespace iiet
