#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace iiet {

/// Text as Python's `str` sees it, on UTF-8. The white-space set is that of `str.isspace` and of `\s` in `re`
/// (U+0009-000D, U+001C-0020, U+0085, U+00A0, U+1680, U+2000-200A, U+2028, U+2029, U+202F, U+205F, U+3000).
///
/// Case mapping is ICU's, of Unicode 15.0 in ICU 72 (Debian 12). Python 3.11 has the tables of Unicode 14.0.
/// No case mapping differs between the two; 111 code points that came with 15.0 (combining marks and modifier
/// letters, as of Kawi and Cyrillic Extended-D) are case-ignorable or cased here and unassigned there, which
/// only shows in the form of a capital sigma beside them.

/// `str.isspace` of one code point.
bool is_white_space(char32_t c);

/// `str.strip()`, `str.lstrip()`, `str.rstrip()`.
std::string_view strip(std::string_view text);
std::string_view strip_left(std::string_view text);
std::string_view strip_right(std::string_view text);

/// `len(str)`: code points. Invalid bytes count one each.
std::size_t code_points(std::string_view text);

/// Columns that the text takes in a terminal: none for combining marks and format characters, two for wide
/// and full-width characters of East Asia, else one. Invalid bytes count as one character.
std::size_t display_width(std::string_view text);

/// `len(re.split(r"\s+", text))`: runs of white space plus one, so that leading and trailing space add empty
/// pieces.
std::size_t count_words(std::string_view text);

/// Calls `each(std::string_view)` for every word of `str.split()`, in order: the pieces between runs of white
/// space, none of them empty.
template <typename Each>
void for_each_word(std::string_view text, Each each);

/// Calls `each(char32_t)` for every code point; throws InputError where `text` is not valid UTF-8.
template <typename Each>
void for_each_code_point(std::string_view text, Each each);

/// `str.lower()`: full lower-casing, a final sigma included.
std::string lower(std::string_view text);

/// `str.upper()`: full upper-casing.
std::string upper(std::string_view text);

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

namespace unicode_detail {

/// What a byte may be the beginning of.
enum class Lead : unsigned char { kOther, kWhite, kMaybeWhite };

/// Of every byte: the white space among ASCII, and the lead bytes of the white space beyond it.
extern const std::array<Lead, 256> kLeads;

/// Bytes of the white space that begins at `at` with a byte of kMaybeWhite; 0 if something else begins there.
std::size_t white_space_length(std::string_view text, std::size_t at);

struct CodePoint {
  char32_t value;
  std::size_t end;
};

/// The code point beyond ASCII that begins at `at`; throws InputError if none does.
CodePoint code_point_at(std::string_view text, std::size_t at);

inline std::size_t white_space_at(std::string_view text, std::size_t at) {
  switch (kLeads[static_cast<unsigned char>(text[at])]) {
    case Lead::kOther:
      return 0;
    case Lead::kWhite:
      return 1;
    case Lead::kMaybeWhite:
      break;
  }
  return white_space_length(text, at);
}

}  // namespace unicode_detail

template <typename Each>
void for_each_word(std::string_view text, Each each) {
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t white = unicode_detail::white_space_at(text, at);
    if (white == 0) {
      ++at;
      continue;
    }
    if (at > begin) each(text.substr(begin, at - begin));
    begin = at += white;
  }
  if (text.size() > begin) each(text.substr(begin));
}

template <typename Each>
void for_each_code_point(std::string_view text, Each each) {
  for (std::size_t at = 0; at < text.size();) {
    if (const auto byte = static_cast<unsigned char>(text[at]); byte < 0x80) {
      each(static_cast<char32_t>(byte));
      ++at;
      continue;
    }
    const unicode_detail::CodePoint c = unicode_detail::code_point_at(text, at);
    each(c.value);
    at = c.end;
  }
}

}  // namespace iiet
