#include "harness/text/rouge/rouge155_stemmer.hpp"

#include "harness/text/rouge/porter_suffixes.hpp"

namespace iiet {
namespace {

using namespace porter;

bool is_in(char letter, Text set) { return set.find(letter) != Text::npos; }

// The program's letter classes: `y` may be read as either, and digits are consonants.
bool may_be_vowel(char letter) { return is_in(letter, "aeiouy"); }
bool is_vowel(char letter) { return is_in(letter, "aeiou"); }
bool may_be_consonant(char letter) { return !is_vowel(letter); }
bool is_consonant(char letter) { return !may_be_vowel(letter); }

/// How a stem begins, in groups: an optional run of consonants, then vowels and consonants in turn. A run of
/// vowels is one letter of aeiouy and then aeiou; a run of consonants is one letter that is none of aeiou and
/// then none of aeiouy. Since y may open either, all readings are followed at once.
class Syllables {
 public:
  explicit Syllables(Text stem) {
    for (const char letter : stem) {
      ends_ = next(letter);
      reached_ |= ends_;
    }
  }

  bool has_vowel() const { return (reached_ & kVowels) != 0; }
  /// Porter's m is above 0, above 1, or 1.
  bool one_or_more() const { return (reached_ & kConsonants) != 0; }
  bool two_or_more() const { return (reached_ & kSecondConsonants) != 0; }
  bool exactly_one() const { return (ends_ & (kConsonants | kSecondVowels)) != 0; }

 private:
  enum Group : unsigned {
    kStart = 1,
    kFirstConsonants = 2,
    kVowels = 4,
    kConsonants = 8,
    kSecondVowels = 16,
    kSecondConsonants = 32
  };

  unsigned next(char letter) const {
    unsigned groups = 0;
    const auto go = [&](unsigned from, bool possible, unsigned to) {
      if ((ends_ & from) != 0 && possible) groups |= to;
    };
    go(kStart, may_be_consonant(letter), kFirstConsonants);
    go(kFirstConsonants, is_consonant(letter), kFirstConsonants);
    go(kStart | kFirstConsonants, may_be_vowel(letter), kVowels);
    go(kVowels, is_vowel(letter), kVowels);
    go(kVowels, may_be_consonant(letter), kConsonants);
    go(kConsonants, is_consonant(letter), kConsonants);
    go(kConsonants, may_be_vowel(letter), kSecondVowels);
    go(kSecondVowels, is_vowel(letter), kSecondVowels);
    go(kSecondVowels, may_be_consonant(letter), kSecondConsonants);
    return groups;
  }

  unsigned ends_ = kStart, reached_ = kStart;
};

/// One run of consonants, a vowel, and one letter that is none of a, e, i, o, u, w, x, y.
bool is_short(Text stem) {
  if (stem.size() < 3) return false;
  const Text consonants = stem.substr(0, stem.size() - 2);
  if (!may_be_consonant(consonants.front())) return false;
  for (const char letter : consonants.substr(1))
    if (!is_consonant(letter)) return false;
  return may_be_vowel(stem[stem.size() - 2]) && !is_in(stem.back(), "aeiouwxy");
}

/// Steps 2 and 3: the suffix is replaced where m of the stem is above 0.
std::string apply(const Rule* rule, Text word) {
  if (!rule) return std::string(word);
  const Text stem = without_end(word, rule->suffix.size());
  return Syllables(stem).one_or_more() ? with_end(stem, rule->replacement) : std::string(word);
}

/// `word` without its last `count` letters if m of what is left is above 1.
Text drop_if_long(Text word, std::size_t count) {
  const Text stem = without_end(word, count);
  return Syllables(stem).two_or_more() ? stem : word;
}

std::string step_1a(Text word) {
  if (word.ends_with("sses") || word.ends_with("ies")) return std::string(without_end(word, 2));
  const bool plural = word.size() >= 2 && word.ends_with("s") && !word.ends_with("ss");
  return std::string(plural ? without_end(word, 1) : word);
}

/// What is left of a word after `ed` or `ing`, made a word again.
std::string mended(Text stem) {
  if (stem.ends_with("at") || stem.ends_with("bl") || stem.ends_with("iz")) return with_end(stem, "e");
  const std::size_t size = stem.size();
  if (size >= 2 && stem[size - 1] == stem[size - 2] && !is_in(stem.back(), "aeiouylsz"))
    return std::string(without_end(stem, 1));
  return with_end(stem, is_short(stem) ? "e" : "");
}

std::string step_1b(Text word) {
  if (word.ends_with("eed"))
    return std::string(Syllables(without_end(word, 3)).one_or_more() ? without_end(word, 1) : word);
  const std::size_t count = word.ends_with("ed") ? 2 : word.ends_with("ing") ? 3 : 0;
  if (count == 0 || !Syllables(without_end(word, count)).has_vowel()) return std::string(word);
  return mended(without_end(word, count));
}

std::string step_1c(Text word) {
  if (word.ends_with("y") && Syllables(without_end(word, 1)).has_vowel())
    return with_end(without_end(word, 1), "i");
  return std::string(word);
}

std::string step_2(Text word) {
  constexpr Rule kLogi{"logi", "log"};
  return apply(word.ends_with("logi") ? &kLogi : longest_match(kStep2, word), word);
}

std::string step_3(Text word) { return apply(longest_match(kStep3, word), word); }

/// Unlike Porter, `ment` and then `ent` are tried again on what the list of suffixes has left.
std::string step_4(Text word) {
  if (const std::size_t suffix = step_4_suffix(word)) word = drop_if_long(word, suffix);
  if (word.ends_with("ment")) word = drop_if_long(word, 4);
  if (word.ends_with("ent"))
    word = drop_if_long(word, 3);
  else if (word.ends_with("sion") || word.ends_with("tion"))
    word = drop_if_long(word, 3);
  return std::string(word);
}

std::string step_5(Text word) {
  if (word.ends_with("e")) {
    const Text stem = without_end(word, 1);
    const Syllables syllables(stem);
    if (syllables.two_or_more() || (syllables.exactly_one() && !is_short(stem))) word = stem;
  }
  if (word.ends_with("ll") && Syllables(word).two_or_more()) word = without_end(word, 1);
  return std::string(word);
}

}  // namespace

std::string rouge155_stem(std::string_view word) {
  // A `y` at the start is always a consonant: the capital letter is in no class of vowels.
  std::string stem(word);
  const bool starts_with_y = stem.starts_with('y');
  if (starts_with_y) stem.front() = 'Y';
  stem = step_5(step_4(step_3(step_2(step_1c(step_1b(step_1a(stem)))))));
  if (starts_with_y) stem.front() = 'y';
  return stem;
}

}  // namespace iiet
