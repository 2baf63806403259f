#include "harness/text/rouge/porter_stemmer.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "harness/text/rouge/porter_suffixes.hpp"

namespace iiet {
namespace {

using namespace porter;

/// `y` is a consonant at the start and after a vowel; digits are consonants.
bool is_consonant(Text word, std::size_t at) {
  switch (word[at]) {
    case 'a':
    case 'e':
    case 'i':
    case 'o':
    case 'u':
      return false;
    case 'y':
      return at == 0 || !is_consonant(word, at - 1);
    default:
      return true;
  }
}

/// Porter's m: how often a consonant follows a vowel.
int measure(Text stem) {
  int result = 0;
  bool after_vowel = false;
  for (std::size_t at = 0; at < stem.size(); ++at) {
    const bool consonant = is_consonant(stem, at);
    if (consonant && after_vowel) ++result;
    after_vowel = !consonant;
  }
  return result;
}

bool has_vowel(Text stem) {
  for (std::size_t at = 0; at < stem.size(); ++at)
    if (!is_consonant(stem, at)) return true;
  return false;
}

bool ends_with_double_consonant(Text word) {
  const std::size_t size = word.size();
  return size >= 2 && word[size - 1] == word[size - 2] && is_consonant(word, size - 1);
}

/// Porter's *o: consonant, vowel, consonant, the last not w, x or y. NLTK adds words of a vowel and a
/// consonant.
bool ends_with_short_syllable(Text word) {
  const std::size_t size = word.size();
  if (size == 2) return !is_consonant(word, 0) && is_consonant(word, 1);
  return size >= 3 && is_consonant(word, size - 3) && !is_consonant(word, size - 2) &&
         is_consonant(word, size - 1) && Text("wxy").find(word.back()) == Text::npos;
}

/// The rule whose suffix the word has decides, even if its stem's measure is not above 0.
std::string apply(const Rule* rule, Text word) {
  if (!rule) return std::string(word);
  const Text stem = without_end(word, rule->suffix.size());
  return measure(stem) > 0 ? with_end(stem, rule->replacement) : std::string(word);
}

std::string step_1a(Text word) {
  if (word.size() == 4 && word.ends_with("ies")) return with_end(without_end(word, 3), "ie");
  if (word.ends_with("sses") || word.ends_with("ies")) return std::string(without_end(word, 2));
  return std::string(word.ends_with("s") && !word.ends_with("ss") ? without_end(word, 1) : word);
}

/// What is left of a word after `ed` or `ing`, made a word again.
std::string mended(Text stem) {
  if (stem.ends_with("at") || stem.ends_with("bl") || stem.ends_with("iz")) return with_end(stem, "e");
  if (ends_with_double_consonant(stem)) {
    const bool stays = Text("lsz").find(stem.back()) != Text::npos;
    return std::string(stays ? stem : without_end(stem, 1));
  }
  return with_end(stem, measure(stem) == 1 && ends_with_short_syllable(stem) ? "e" : "");
}

std::string step_1b(Text word) {
  if (word.ends_with("ied")) return with_end(without_end(word, 3), word.size() == 4 ? "ie" : "i");
  if (word.ends_with("eed"))
    return std::string(measure(without_end(word, 3)) > 0 ? without_end(word, 1) : word);
  for (const Text suffix : {Text("ed"), Text("ing")}) {
    if (!word.ends_with(suffix)) continue;
    const Text stem = without_end(word, suffix.size());
    if (has_vowel(stem)) return mended(stem);
  }
  return std::string(word);
}

std::string step_1c(Text word) {
  if (word.size() > 2 && word.ends_with("y") && is_consonant(word, word.size() - 2))
    return with_end(without_end(word, 1), "i");
  return std::string(word);
}

std::string step_2(Text word) {
  if (word.ends_with("alli") && measure(without_end(word, 4)) > 0) return step_2(without_end(word, 2));
  // The measure of `logi` counts the `l` with the stem.
  if (word.ends_with("logi"))
    return std::string(measure(without_end(word, 3)) > 0 ? without_end(word, 1) : word);
  constexpr Rule kFulli{"fulli", "ful"};
  return apply(word.ends_with("fulli") ? &kFulli : longest_match(kStep2, word), word);
}

std::string step_3(Text word) { return apply(longest_match(kStep3, word), word); }

std::string step_4(Text word) {
  std::size_t suffix = step_4_suffix(word);
  if (suffix == 0)
    suffix = word.ends_with("ment") ? 4 : word.ends_with("ent") || word.ends_with("ion") ? 3 : 0;
  const Text stem = without_end(word, suffix);
  const bool allowed = suffix > 0 && (!word.ends_with("ion") || stem.ends_with("s") || stem.ends_with("t"));
  return std::string(allowed && measure(stem) > 1 ? stem : word);
}

std::string step_5a(Text word) {
  if (!word.ends_with("e")) return std::string(word);
  const Text stem = without_end(word, 1);
  const int m = measure(stem);
  return std::string(m > 1 || (m == 1 && !ends_with_short_syllable(stem)) ? stem : word);
}

std::string step_5b(Text word) {
  return std::string(word.ends_with("ll") && measure(without_end(word, 1)) > 1 ? without_end(word, 1) : word);
}

/// NLTK's list of words that the rules would treat badly.
const Text* irregular_stem(Text word) {
  static constexpr std::array<std::pair<Text, Text>, 16> kStems{{{"sky", "sky"},
                                                                 {"skies", "sky"},
                                                                 {"dying", "die"},
                                                                 {"lying", "lie"},
                                                                 {"tying", "tie"},
                                                                 {"news", "news"},
                                                                 {"inning", "inning"},
                                                                 {"innings", "inning"},
                                                                 {"outing", "outing"},
                                                                 {"outings", "outing"},
                                                                 {"canning", "canning"},
                                                                 {"cannings", "canning"},
                                                                 {"howe", "howe"},
                                                                 {"proceed", "proceed"},
                                                                 {"exceed", "exceed"},
                                                                 {"succeed", "succeed"}}};
  const auto found =
      std::find_if(kStems.begin(), kStems.end(), [&](const auto& pair) { return pair.first == word; });
  return found == kStems.end() ? nullptr : &found->second;
}

}  // namespace

std::string porter_stem(std::string_view word) {
  if (const Text* stem = irregular_stem(word)) return std::string(*stem);
  if (word.size() <= 2) return std::string(word);
  return step_5b(step_5a(step_4(step_3(step_2(step_1c(step_1b(step_1a(word))))))));
}

}  // namespace iiet
