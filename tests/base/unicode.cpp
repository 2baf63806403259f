#include "harness/base/unicode.hpp"

#include <string>

#include <catch2/catch.hpp>

using namespace iiet;

namespace {

std::vector<std::string_view> split_words(std::string_view text) {
  std::vector<std::string_view> words;
  for_each_word(text, [&](std::string_view word) { words.push_back(word); });
  return words;
}

std::u32string decode_utf8(std::string_view text) {
  std::u32string result;
  for_each_code_point(text, [&](char32_t c) { result.push_back(c); });
  return result;
}

}  // namespace

TEST_CASE("strip removes the white space of Python's str and nothing else") {
  for (const std::string space :
       {"\t",     "\n",     "\v",     "\f",     "\r",     "\x1C",   "\x1D",   "\x1E",   "\x1F",   " ",
        "\u0085", "\u00A0", "\u1680", "\u2000", "\u200A", "\u2028", "\u2029", "\u202F", "\u205F", "\u3000"}) {
    INFO("code unit " << int(static_cast<unsigned char>(space.front())));
    CHECK(strip(space + "a b" + space) == "a b");
    CHECK(strip_left(space + space + "a" + space) == "a" + space);
    CHECK(strip_right(space + "a" + space + space) == space + "a");
    CHECK(strip(space).empty());
  }
  for (const std::string other : {"\u180E", "\u200B", "\uFEFF", "\u2060", "\x1B"})
    CHECK(strip(other) == other);
  CHECK(strip("").empty());
  CHECK(strip(std::string("\0 a \0", 5)) == std::string("\0 a \0", 5));
}

TEST_CASE("strip leaves bytes alone that are not valid UTF-8") {
  CHECK(strip(" \xFF ") == "\xFF");
  CHECK(strip(" \x80\x80 ") == "\x80\x80");
  CHECK(strip("\xE3\x80") == "\xE3\x80");
  CHECK(strip("\xA0") == "\xA0");
}

TEST_CASE("code points and words are counted as Python does") {
  CHECK(code_points("") == 0);
  CHECK(code_points("aé€😀") == 4);
  CHECK(code_points("\xFF\xFE"
                    "a") == 3);
  CHECK(code_points("\xF0\x9F\x98") == 3);
  CHECK(count_words("") == 1);
  CHECK(count_words("a") == 1);
  CHECK(count_words("a b") == 2);
  CHECK(count_words("  a\u00A0\n b ") == 4);
  CHECK(count_words(" ") == 2);
  CHECK(count_words("a\u200Bb") == 1);
}

TEST_CASE("words are split as str.split() does") {
  using Words = std::vector<std::string_view>;
  CHECK(split_words("") == Words{});
  CHECK(split_words(" \t\u00A0\u3000 ") == Words{});
  CHECK(split_words("a") == Words{"a"});
  CHECK(split_words(" ab\u2009c\u0085d\x1C é\u2028") == Words{"ab", "c", "d", "é"});
  // Lead bytes of white space that begin something else, characters that only look white, invalid bytes.
  CHECK(split_words("£1 ᛁ “a” あ\u200B\uFEFF") == Words{"£1", "ᛁ", "“a”", "あ\u200B\uFEFF"});
  CHECK(split_words("\xC2 \xE2\x80") == Words{"\xC2", "\xE2\x80"});
}

TEST_CASE("UTF-8 is decoded to code points") {
  CHECK(decode_utf8("") == U"");
  CHECK(decode_utf8("aé€😀\x7F") == U"aé€😀\x7F");
  CHECK(decode_utf8(std::string_view("\0a", 2)) == std::u32string{0, 'a'});
  CHECK_THROWS_WITH(decode_utf8("aé\xFF"), "not valid UTF-8 at byte 3 of 4");
}

TEST_CASE("lower-casing is full and knows the final sigma") {
  CHECK(lower("") == "");
  CHECK(lower("AZ[az]09") == "az[az]09");
  CHECK(lower("ÄÖ ẞ") == "äö ß");
  CHECK(lower("İ") == "i\u0307");
  CHECK(lower("\u212A") == "k");
  CHECK(lower("ǅ") == "ǆ");
  CHECK(lower("ΟΔΟΣ") == "οδος");
  CHECK(lower("Σ") == "σ");
  CHECK(lower("ΑΣ.Α") == "ασ.α");
  CHECK(lower("\U00010400") == "\U00010428");
}

TEST_CASE("upper-casing is full") {
  CHECK(upper("straße ﬁ az") == "STRASSE FI AZ");
  CHECK(upper("ı ǆ") == "I Ǆ");
}

TEST_CASE("capitalize title-cases the first character and lower-cases the rest") {
  CHECK(capitalize("") == "");
  CHECK(capitalize("hELLO World") == "Hello world");
  CHECK(capitalize("ßA") == "Ssa");
  CHECK(capitalize("ǆA") == "ǅa");
  CHECK(capitalize("ŉx") == "\u02BCNx");
  CHECK(capitalize("ΟΔΟΣ ΣΑΣ") == "Οδος σας");
  CHECK(capitalize("ΣΣ") == "Σς");
  CHECK(capitalize("AΣ.B") == "Aσ.b");
  CHECK(capitalize("xİ") == "Xi\u0307");
  CHECK(capitalize("İX") == "İx");
  CHECK(capitalize(" Abc") == " abc");
  CHECK(capitalize("1ABC") == "1abc");
  CHECK(capitalize("ﬁNE") == "Fine");
}

TEST_CASE("replace_all replaces from the left without overlap") {
  CHECK(replace_all("aaa", "aa", "b") == "ba");
  CHECK(replace_all("a [x] b", " [x]", "") == "a b");
  CHECK(replace_all("abc", "d", "e") == "abc");
  CHECK(replace_all("aé", "", "-") == "-a-é-");
  CHECK(replace_all("", "", "-") == "-");
}

TEST_CASE("invalid UTF-8 is found and replaced") {
  CHECK(invalid_utf8_at("aé😀") == std::string_view::npos);
  CHECK(invalid_utf8_at("é\xFF") == 2);
  CHECK(invalid_utf8_at("\xC0\x80") == 0);          // overlong
  CHECK(invalid_utf8_at("a\xED\xA0\x80") == 1);     // a surrogate
  CHECK(invalid_utf8_at("\xF4\x90\x80\x80") == 0);  // above U+10FFFF
  CHECK(invalid_utf8_at("ab\xE2\x82") == 2);
  CHECK(replace_invalid_utf8("aé") == "aé");
  CHECK(replace_invalid_utf8("a\xE2\x82z") == "a\uFFFDz");
  CHECK(replace_invalid_utf8("\xF0\x9F\x98") == "\uFFFD");
  CHECK(replace_invalid_utf8("\xED\xA0\x80") == "\uFFFD\uFFFD\uFFFD");
  CHECK(replace_invalid_utf8("\xFF\x80") == "\uFFFD\uFFFD");
}
