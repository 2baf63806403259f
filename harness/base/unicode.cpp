#include "harness/base/unicode.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>

#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/stringoptions.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "harness/base/error.hpp"

namespace iiet {
namespace {

struct Character {
  UChar32 code_point;  // negative: not valid UTF-8
  std::size_t end;     // one byte on where it is not valid UTF-8
};

constexpr std::size_t kLongestCharacter = 4;

/// The character that begins at `begin`.
Character next_character(std::string_view text, std::size_t begin) {
  const std::string_view window = text.substr(begin, kLongestCharacter);
  const auto* bytes = reinterpret_cast<const unsigned char*>(window.data());
  std::int32_t at = 0;
  UChar32 c = 0;
  U8_NEXT(bytes, at, static_cast<std::int32_t>(window.size()), c);
  return {c, begin + (c < 0 ? 1 : static_cast<std::size_t>(at))};
}

/// Where white space that ends at `end` begins, or `end` if something else stands there.
std::size_t white_space_before(std::string_view text, std::size_t end) {
  const std::size_t begin = end - std::min(end, kLongestCharacter);
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data() + begin);
  auto at = static_cast<std::int32_t>(end - begin);
  UChar32 c = 0;
  U8_PREV(bytes, 0, at, c);
  return is_white_space(c) ? begin + static_cast<std::size_t>(at) : end;
}

std::int32_t icu_length(std::string_view text) {
  require(text.size() <= static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()),
          "text of {} bytes: case mapping takes at most 2 GiB", text.size());
  return static_cast<std::int32_t>(text.size());
}

constexpr bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

std::string lower_by_icu(std::string_view text) {
  std::string result;
  icu::StringByteSink<std::string> sink(&result, icu_length(text));
  UErrorCode status = U_ZERO_ERROR;
  icu::CaseMap::utf8ToLower("", 0, {text.data(), icu_length(text)}, sink, nullptr, status);
  if (U_FAILURE(status)) throw Error(fmt::format("lower-casing failed: {}", u_errorName(status)));
  return result;
}

std::string title_of_character(std::string_view character) {
  constexpr std::uint32_t options = U_TITLECASE_WHOLE_STRING | U_TITLECASE_NO_BREAK_ADJUSTMENT;
  std::string result;
  icu::StringByteSink<std::string> sink(&result);
  UErrorCode status = U_ZERO_ERROR;
  icu::CaseMap::utf8ToTitle("", options, nullptr, {character.data(), icu_length(character)}, sink, nullptr,
                            status);
  if (U_FAILURE(status)) throw Error(fmt::format("title-casing failed: {}", u_errorName(status)));
  return result;
}

using unicode_detail::Lead;

constexpr std::array<Lead, 256> make_leads() {
  std::array<Lead, 256> leads{};
  for (int c = 0x09; c <= 0x0D; ++c) leads[c] = Lead::kWhite;
  for (int c = 0x1C; c <= 0x20; ++c) leads[c] = Lead::kWhite;
  for (const int c : {0xC2, 0xE1, 0xE2, 0xE3}) leads[c] = Lead::kMaybeWhite;
  return leads;
}

}  // namespace

namespace unicode_detail {

constinit const std::array<Lead, 256> kLeads = make_leads();

std::size_t white_space_length(std::string_view text, std::size_t at) {
  const Character character = next_character(text, at);
  return character.code_point >= 0 && is_white_space(static_cast<char32_t>(character.code_point))
             ? character.end - at
             : 0;
}

CodePoint code_point_at(std::string_view text, std::size_t at) {
  const Character character = next_character(text, at);
  require(character.code_point >= 0, "not valid UTF-8 at byte {} of {}", at, text.size());
  return {static_cast<char32_t>(character.code_point), character.end};
}

}  // namespace unicode_detail

bool is_white_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

std::string lower(std::string_view text) {
  if (!std::all_of(text.begin(), text.end(), is_ascii)) return lower_by_icu(text);
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return result;
}

std::string upper(std::string_view text) {
  std::string result;
  icu::StringByteSink<std::string> sink(&result, icu_length(text));
  UErrorCode status = U_ZERO_ERROR;
  icu::CaseMap::utf8ToUpper("", 0, {text.data(), icu_length(text)}, sink, nullptr, status);
  if (U_FAILURE(status)) throw Error(fmt::format("upper-casing failed: {}", u_errorName(status)));
  return result;
}

std::string_view strip_left(std::string_view text) {
  std::size_t begin = 0;
  while (begin < text.size()) {
    const Character character = next_character(text, begin);
    if (!is_white_space(character.code_point)) break;
    begin = character.end;
  }
  return text.substr(begin);
}

std::string_view strip_right(std::string_view text) {
  std::size_t end = text.size();
  while (end > 0) {
    const std::size_t before = white_space_before(text, end);
    if (before == end) break;
    end = before;
  }
  return text.substr(0, end);
}

std::string_view strip(std::string_view text) { return strip_right(strip_left(text)); }

std::size_t code_points(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); at = next_character(text, at).end) ++count;
  return count;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for_each_code_point(replace_invalid_utf8(text), [&](char32_t c) {
    const auto point = static_cast<UChar32>(c);
    if ((U_GET_GC_MASK(point) & (U_GC_MN_MASK | U_GC_ME_MASK | U_GC_CF_MASK)) != 0) return;
    const int kind = u_getIntPropertyValue(point, UCHAR_EAST_ASIAN_WIDTH);
    width += kind == U_EA_WIDE || kind == U_EA_FULLWIDTH ? 2 : 1;
  });
  return width;
}

std::size_t count_words(std::string_view text) {
  std::size_t words = 1;
  bool in_white_space = false;
  for (std::size_t at = 0; at < text.size();) {
    const Character character = next_character(text, at);
    const bool white = is_white_space(character.code_point);
    if (white && !in_white_space) ++words;
    in_white_space = white;
    at = character.end;
  }
  return words;
}

std::string capitalize(std::string_view text) {
  if (text.empty()) return {};
  const std::string_view first = text.substr(0, next_character(text, 0).end);
  // The whole text is lower-cased, not only the rest: a final sigma depends on what stands before it.
  const std::string all_lower = lower(text);
  return title_of_character(first) + all_lower.substr(lower(first).size());
}

std::string lower_first(std::string_view text) {
  if (text.empty()) return {};
  const std::size_t end = next_character(text, 0).end;
  return lower(text.substr(0, end)).append(text.substr(end));
}

std::string_view without_last(std::string_view text) {
  std::size_t last = 0;
  for (std::size_t at = 0; at < text.size(); at = next_character(text, at).end) last = at;
  return text.substr(0, last);
}

std::string replace_all(std::string_view text, std::string_view from, std::string_view to) {
  // As in Python, an empty pattern stands before every character and at the end.
  std::string result;
  if (from.empty()) {
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = next_character(text, at).end;
      result.append(to).append(text.substr(at, end - at));
      at = end;
    }
    return result.append(to);
  }
  std::size_t begin = 0;
  for (std::size_t at; (at = text.find(from, begin)) != std::string_view::npos; begin = at + from.size())
    result.append(text.substr(begin, at - begin)).append(to);
  return result.append(text.substr(begin));
}

std::size_t invalid_utf8_at(std::string_view text) {
  constexpr std::uint64_t high_bits = 0x8080808080808080U;
  for (std::size_t at = 0; at < text.size();) {
    // Most text is ASCII over long stretches.
    std::uint64_t bytes = 0;
    for (; at + sizeof(bytes) <= text.size(); at += sizeof(bytes)) {
      std::memcpy(&bytes, text.data() + at, sizeof(bytes));
      if (bytes & high_bits) break;
    }
    if (at == text.size()) break;
    const Character character = next_character(text, at);
    if (character.code_point < 0) return at;
    at = character.end;
  }
  return std::string_view::npos;
}

std::string replace_invalid_utf8(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t valid = std::min(invalid_utf8_at(text), text.size());
    result += text.substr(0, valid);
    text.remove_prefix(valid);
    if (text.empty()) break;
    result += "\uFFFD";
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    std::int32_t at = 0;
    UChar32 c = 0;
    U8_NEXT(bytes, at, static_cast<std::int32_t>(std::min(text.size(), kLongestCharacter)), c);
    text.remove_prefix(static_cast<std::size_t>(at));
  }
  return result;
}

}  // namespace iiet
