#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

namespace iiet::porter {

using Text = std::string_view;

struct Rule {
  Text suffix, replacement;
};

/// The suffixes of steps 2, 3 and 4 that both dialects of Porter's algorithm have.
inline constexpr std::array<Rule, 20> kStep2{
    {{"ational", "ate"}, {"tional", "tion"}, {"enci", "ence"}, {"anci", "ance"}, {"izer", "ize"},
     {"bli", "ble"},     {"alli", "al"},     {"entli", "ent"}, {"eli", "e"},     {"ousli", "ous"},
     {"ization", "ize"}, {"ation", "ate"},   {"ator", "ate"},  {"alism", "al"},  {"iveness", "ive"},
     {"fulness", "ful"}, {"ousness", "ous"}, {"aliti", "al"},  {"iviti", "ive"}, {"biliti", "ble"}}};
inline constexpr std::array<Rule, 7> kStep3{{{"icate", "ic"},
                                             {"ative", ""},
                                             {"alize", "al"},
                                             {"iciti", "ic"},
                                             {"ical", "ic"},
                                             {"ful", ""},
                                             {"ness", ""}}};
inline constexpr std::array<Text, 16> kStep4{"al",    "ance", "ence", "er",  "ic",  "able", "ible", "ant",
                                             "ement", "ou",   "ism",  "ate", "iti", "ous",  "ive",  "ize"};

inline Text without_end(Text word, std::size_t count) { return word.substr(0, word.size() - count); }

inline std::string with_end(Text stem, Text end) { return std::string(stem).append(end); }

/// The rule of the longest suffix that the word has; null where it has none.
inline const Rule* longest_match(std::span<const Rule> rules, Text word) {
  const Rule* longest = nullptr;
  for (const Rule& rule : rules)
    if (word.ends_with(rule.suffix) && (!longest || rule.suffix.size() > longest->suffix.size()))
      longest = &rule;
  return longest;
}

/// Length of the suffix of step 4 that the word has, else 0; none of them ends another.
inline std::size_t step_4_suffix(Text word) {
  for (const Text suffix : kStep4)
    if (word.ends_with(suffix)) return suffix.size();
  return 0;
}

}  // namespace iiet::porter
