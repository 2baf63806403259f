#pragma once

namespace iiet {

/// The general categories N*, P*, S* of Unicode; everything else is kOther.
enum class CharacterClass : unsigned char { kOther, kNumber, kPunctuation, kSymbol };

/// Class of a code point in the tables that the `regex` module 2026.11.15 has (Unicode 18.0): ICU's (15.0 in
/// ICU 72) and, where those know no character, a list of what has come since. No character of 15.0 has
/// changed its class.
CharacterClass character_class(char32_t c);

}  // namespace iiet
