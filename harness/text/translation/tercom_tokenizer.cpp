#include "harness/text/translation/tercom_tokenizer.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "harness/base/unicode.hpp"

namespace iiet {
namespace {

struct Range {
  char32_t first, last;
};

template <std::size_t N>
bool is_in(char32_t c, const Range (&ranges)[N]) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [c](const Range& range) { return c >= range.first && c <= range.last; });
}

/// Ideographs and signs that stand alone. U+3F22 is the reference's own typing error. Its rules for kana are
/// anchored to the start of a text that begins with a blank, so they never apply and are not here.
constexpr Range kIdeographs[] = {{0x2E80, 0x2EFF}, {0x31C0, 0x31EF}, {0x3200, 0x3F22}, {0x3400, 0x4DBF},
                                 {0x4E00, 0x9FFF}, {0xF900, 0xFAFF}, {0xFE30, 0xFE4F}};

constexpr Range kAsianPunctuation[] = {{0x3001, 0x3002}, {0x3008, 0x3011}, {0x3014, 0x301F}, {0x30FB, 0x30FB},
                                       {0xFF01, 0xFF02}, {0xFF08, 0xFF09}, {0xFF0C, 0xFF0C}, {0xFF0E, 0xFF0E},
                                       {0xFF1A, 0xFF1B}, {0xFF1F, 0xFF1F}, {0xFF61, 0xFF65}};

constexpr std::string_view kDeletedPunctuation = ".,?:;!\"()";

/// ASCII punctuation that always stands alone: all but the apostrophe, comma, hyphen and full stop.
constexpr auto kAlone = [] {
  std::array<bool, 256> alone{};
  for (const unsigned char c : std::string_view("!\"#$%&()*+/:;<=>?@[\\]^_`{|}~")) alone[c] = true;
  return alone;
}();

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_stop(char c) { return c == '.' || c == ','; }

/// Rewrites every leftmost pair of bytes (a, b) that `matches`, not overlapping, as what `write` appends.
template <typename Matches, typename Write>
std::string with_pairs(std::string_view text, Matches matches, Write write) {
  std::string result;
  result.reserve(text.size() + text.size() / 4);
  for (std::size_t i = 0; i < text.size();) {
    if (i + 1 < text.size() && matches(text[i], text[i + 1])) {
      write(result, text[i], text[i + 1]);
      i += 2;
    } else {
      result += text[i++];
    }
  }
  return result;
}

/// Splits punctuation as mteval does. Bytes beyond ASCII are no digits, so that pairs may be looked at byte
/// by byte.
std::string normalized(std::string_view line) {
  std::string text = replace_all(replace_all(line, "\n-", ""), "\n", " ");
  for (const auto& [entity, character] :
       {std::pair("&quot;", "\""), std::pair("&amp;", "&"), std::pair("&lt;", "<"), std::pair("&gt;", ">")})
    text = replace_all(text, entity, character);
  std::string spaced = " ";
  for (const char c : text) {
    if (kAlone[static_cast<unsigned char>(c)])
      spaced.append({' ', c, ' '});
    else
      spaced += c;
  }
  // The blank at the end is what a possessive at the end of the line needs to be split off.
  text = replace_all(spaced + " ", "'s ", " 's ");
  text = with_pairs(
      text, [](char a, char b) { return !is_digit(a) && is_stop(b); },
      [](std::string& out, char a, char b) {
        out.append({a, ' ', b, ' '});
      });
  text = with_pairs(
      text, [](char a, char b) { return is_stop(a) && !is_digit(b); },
      [](std::string& out, char a, char b) {
        out.append({' ', a, ' ', b});
      });
  return with_pairs(
      text, [](char a, char b) { return is_digit(a) && b == '-'; },
      [](std::string& out, char a, char b) {
        out.append({a, ' ', b, ' '});
      });
}

/// Calls `write(result, character, its code point)` for every character.
template <typename Write>
std::string with_characters(std::string_view text, Write write) {
  std::string result;
  result.reserve(text.size());
  std::size_t begin = 0;
  for_each_code_point(text, [&](char32_t c) {
    const std::size_t bytes = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    write(result, text.substr(begin, bytes), c);
    begin += bytes;
  });
  return result;
}

std::string with_asian_split(std::string_view text) {
  return with_characters(text, [](std::string& out, std::string_view character, char32_t c) {
    const bool alone = is_in(c, kIdeographs) || is_in(c, kAsianPunctuation);
    if (alone) out += ' ';
    out += character;
    if (alone) out += ' ';
  });
}

std::string without_punctuation(std::string_view text, const TercomOptions& options) {
  return with_characters(text, [&](std::string& out, std::string_view character, char32_t c) {
    const bool deleted = kDeletedPunctuation.find(character) != std::string_view::npos ||
                         (options.asian_support && is_in(c, kAsianPunctuation));
    if (!deleted) out += character;
  });
}

}  // namespace

std::string tercom_tokenized(std::string_view line, const TercomOptions& options) {
  line = strip_right(line);
  std::string text = options.case_sensitive ? std::string(line) : lower(line);
  if (text.empty()) return text;
  if (options.normalized) text = normalized(text);
  if (options.normalized && options.asian_support) text = with_asian_split(text);
  if (options.no_punct) text = without_punctuation(text, options);
  std::string words;
  words.reserve(text.size());
  for_each_word(text, [&](std::string_view word) {
    if (!words.empty()) words += ' ';
    words += word;
  });
  return words;
}

}  // namespace iiet
