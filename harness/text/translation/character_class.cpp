#include "harness/text/translation/character_class.hpp"

#include <algorithm>
#include <iterator>

#include <unicode/uchar.h>

namespace iiet {
namespace {

struct Range {
  char32_t first, last;
  CharacterClass characters;
};

using enum CharacterClass;

/// Numbers, punctuation and symbols of Unicode 15.1 to 18.0. Source: the classes \p{N}, \p{P}, \p{S} of
/// `regex` 2026.11.15 at every code point, without those that ICU 72 gives the same.
constexpr Range kNewer[] = {
    {0x1B4E, 0x1B4F, kPunctuation},   {0x1B7F, 0x1B7F, kPunctuation},   {0x20C1, 0x20C4, kSymbol},
    {0x2427, 0x2429, kSymbol},        {0x2B96, 0x2B96, kSymbol},        {0x2E60, 0x2E63, kPunctuation},
    {0x2FFC, 0x2FFF, kSymbol},        {0x31E4, 0x31E5, kSymbol},        {0x31EF, 0x31EF, kSymbol},
    {0xFBC3, 0xFBD2, kSymbol},        {0xFD90, 0xFD91, kSymbol},        {0xFDC8, 0xFDCE, kSymbol},
    {0x10D40, 0x10D49, kNumber},      {0x10D6E, 0x10D6E, kPunctuation}, {0x10D8E, 0x10D8F, kSymbol},
    {0x10EC9, 0x10ECA, kSymbol},      {0x10ED0, 0x10ED0, kPunctuation}, {0x10ED1, 0x10ED8, kSymbol},
    {0x113D4, 0x113D5, kPunctuation}, {0x113D7, 0x113D8, kPunctuation}, {0x116D0, 0x116E3, kNumber},
    {0x11BE1, 0x11BE1, kPunctuation}, {0x11BF0, 0x11BF9, kNumber},      {0x11DE0, 0x11DE9, kNumber},
    {0x1246F, 0x1246F, kNumber},      {0x12475, 0x1247F, kNumber},      {0x12550, 0x12686, kNumber},
    {0x16130, 0x16139, kNumber},      {0x16D6D, 0x16D6F, kPunctuation}, {0x16D70, 0x16D79, kNumber},
    {0x16FF4, 0x16FF6, kNumber},      {0x1CC00, 0x1CCEF, kSymbol},      {0x1CCF0, 0x1CCF9, kNumber},
    {0x1CCFA, 0x1CCFC, kSymbol},      {0x1CD00, 0x1CEB3, kSymbol},      {0x1CEBA, 0x1CED0, kSymbol},
    {0x1CED2, 0x1CED4, kSymbol},      {0x1CEDD, 0x1CEFD, kSymbol},      {0x1D1EB, 0x1D1FF, kSymbol},
    {0x1D253, 0x1D25A, kSymbol},      {0x1D25D, 0x1D25E, kSymbol},      {0x1D260, 0x1D27F, kSymbol},
    {0x1DB00, 0x1DB1C, kSymbol},      {0x1E5F1, 0x1E5FA, kNumber},      {0x1E5FF, 0x1E5FF, kPunctuation},
    {0x1F1AE, 0x1F1AE, kSymbol},      {0x1F6D8, 0x1F6D9, kSymbol},      {0x1F777, 0x1F77A, kSymbol},
    {0x1F7DA, 0x1F7DB, kSymbol},      {0x1F7F1, 0x1F7FF, kSymbol},      {0x1F8B2, 0x1F8BB, kSymbol},
    {0x1F8C0, 0x1F8C1, kSymbol},      {0x1F8D0, 0x1F8D8, kSymbol},      {0x1FA54, 0x1FA57, kSymbol},
    {0x1FA89, 0x1FA8F, kSymbol},      {0x1FABE, 0x1FABE, kSymbol},      {0x1FAC6, 0x1FAC6, kSymbol},
    {0x1FAC8, 0x1FAC8, kSymbol},      {0x1FACC, 0x1FACD, kSymbol},      {0x1FADC, 0x1FADD, kSymbol},
    {0x1FADF, 0x1FADF, kSymbol},      {0x1FAE9, 0x1FAEB, kSymbol},      {0x1FAEF, 0x1FAEF, kSymbol},
    {0x1FAF9, 0x1FAFA, kSymbol},      {0x1FBCB, 0x1FBEF, kSymbol},      {0x1FBFA, 0x1FBFA, kSymbol},
};

CharacterClass newer_class(char32_t c) {
  const Range* after =
      std::upper_bound(std::begin(kNewer), std::end(kNewer), c,
                       [](char32_t value, const Range& range) { return value < range.first; });
  if (after == std::begin(kNewer)) return kOther;
  const Range& range = *std::prev(after);
  return c <= range.last ? range.characters : kOther;
}

}  // namespace

CharacterClass character_class(char32_t c) {
  switch (u_charType(static_cast<UChar32>(c))) {
    case U_DECIMAL_DIGIT_NUMBER:
    case U_LETTER_NUMBER:
    case U_OTHER_NUMBER:
      return kNumber;
    case U_CONNECTOR_PUNCTUATION:
    case U_DASH_PUNCTUATION:
    case U_START_PUNCTUATION:
    case U_END_PUNCTUATION:
    case U_INITIAL_PUNCTUATION:
    case U_FINAL_PUNCTUATION:
    case U_OTHER_PUNCTUATION:
      return kPunctuation;
    case U_MATH_SYMBOL:
    case U_CURRENCY_SYMBOL:
    case U_MODIFIER_SYMBOL:
    case U_OTHER_SYMBOL:
      return kSymbol;
    case U_UNASSIGNED:
      return newer_class(c);
    default:
      return kOther;
  }
}

}  // namespace iiet
