#include "harness/text/rouge/rouge_tokens.hpp"

#include <algorithm>
#include <array>

#include "harness/text/rouge/porter_stemmer.hpp"

namespace iiet {
namespace {

constexpr std::size_t kLongestUnstemmed = 3;
constexpr std::size_t kManyWords = std::size_t{1} << 20;
constexpr std::string_view kCapitalDottedI = "\u0130", kKelvinSign = "\u212A";

/// The lower-case letter or digit of a byte, or 0 where it separates tokens.
constexpr std::array<char, 256> lower_case_table() {
  std::array<char, 256> table{};
  for (char digit = '0'; digit <= '9'; ++digit) table[static_cast<unsigned char>(digit)] = digit;
  for (char letter = 'a'; letter <= 'z'; ++letter) {
    table[static_cast<unsigned char>(letter)] = letter;
    table[static_cast<unsigned char>(letter - 'a' + 'A')] = letter;
  }
  return table;
}

constexpr std::array<char, 256> kLowerCase = lower_case_table();

}  // namespace

std::span<const RougeToken> RougeText::line(std::size_t index) const {
  const std::size_t begin = index == 0 ? 0 : line_ends[index - 1];
  return std::span(tokens).subspan(begin, line_ends[index] - begin);
}

RougeDialect rouge_score_dialect(RougeStemming stemming) {
  return {.stem = stemming == RougeStemming::kPorter ? porter_stem : nullptr};
}

/// Calls `each` with every lower-cased word of a line; a word is valid until the next call.
template <typename Each>
void RougeTokenizer::for_each_word(std::string_view line, Each each) {
  lower_.resize(line.size());
  std::size_t begin = 0, end = 0;  // of the word, in lower_
  const auto finish_word = [&] {
    if (end > begin) each(std::string_view(lower_).substr(begin, end - begin));
    begin = end;
  };
  for (std::size_t at = 0; at < line.size();) {
    if (const char lower = kLowerCase[static_cast<unsigned char>(line[at])]; lower != 0) {
      lower_[end++] = lower;
      ++at;
    } else if (dialect_.letters == RougeDialect::Letters::kUnicode &&
               line.substr(at).starts_with(kKelvinSign)) {
      lower_[end++] = 'k';
      at += kKelvinSign.size();
    } else {
      // In lower case an i and a combining dot, which separates.
      if (dialect_.letters == RougeDialect::Letters::kUnicode && line.substr(at).starts_with(kCapitalDottedI))
        lower_[end++] = 'i';
      finish_word();
      ++at;
    }
  }
  finish_word();
}

/// Removes the first line from `text` and returns what counts of it.
std::string_view RougeTokenizer::take_line(std::string_view& text) const {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return dialect_.line_end == RougeDialect::LineEnd::kLineFeedOrTag ? line.substr(0, line.find('<')) : line;
}

std::string RougeTokenizer::stem_of(std::string_view word) const {
  return dialect_.stem && word.size() > kLongestUnstemmed ? dialect_.stem(word) : std::string(word);
}

RougeToken RougeTokenizer::token_of(std::string_view word) {
  const std::uint32_t number = words_.add(word);
  if (number == token_of_word_.size()) token_of_word_.push_back(stems_.add(stem_of(word)));
  return token_of_word_[number];
}

RougeText RougeTokenizer::read(std::string_view text) {
  RougeText result;
  result.tokens.reserve(text.size() / 4);
  while (!text.empty()) {
    for_each_word(take_line(text), [&](std::string_view word) { result.tokens.push_back(token_of(word)); });
    const std::size_t before = result.line_ends.empty() ? 0 : result.line_ends.back();
    if (result.tokens.size() > before) result.line_ends.push_back(result.tokens.size());
  }
  return result;
}

std::vector<std::string> RougeTokenizer::words(std::string_view text) {
  std::vector<std::string> result;
  while (!text.empty())
    for_each_word(take_line(text), [&](std::string_view word) { result.push_back(stem_of(word)); });
  return result;
}

void RougeTokenizer::forget_if_many() {
  if (words_.size() < kManyWords) return;
  words_.clear();
  stems_.clear();
  token_of_word_.clear();
}

}  // namespace iiet
