#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/python_regex.hpp"
#include "harness/base/unicode.hpp"
#include "harness/metric/aggregation.hpp"

namespace iiet {
namespace {

constexpr std::string_view kPunctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

void remove_characters(std::string& text, std::string_view characters) {
  std::erase_if(text, [&](char c) { return characters.find(c) != std::string_view::npos; });
}

std::string_view first_code_points(std::string_view text, std::size_t count) {
  const auto begins_character = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  std::size_t end = 0;
  for (; end < text.size(); ++end)
    if (begins_character(text[end]) && count-- == 0) break;
  return text.substr(0, end);
}

/// Lower case as the reference has it: texts lie in cells as wide as the longest of them, and what gets
/// longer than a cell (U+0130 becomes two code points) loses its end.
void make_lower(std::vector<std::string>& texts) {
  std::size_t width = 0;
  for (const std::string& text : texts) width = std::max(width, code_points(text));
  for (std::string& text : texts) text = first_code_points(lower(text), width);
}

/// Patterns are compiled once for all documents.
class ExactMatch : public Measure {
 public:
  std::vector<DocumentValue> of_document(const Outcome& outcome) override {
    if (const auto* text = std::get_if<TextOutcome>(&outcome)) return {{is_right(*text) ? 1.0 : 0.0}};
    const auto& choice = expect_outcome<ChoiceOutcome>(outcome, "exact_match");
    return {{choice.greedy[choice.gold] ? 1.0 : 0.0}};
  }

 private:
  bool is_right(const TextOutcome& text) {
    const auto answer = compared({std::string(text.answer)}, text.comparison);
    const auto references = compared({text.references.begin(), text.references.end()}, text.comparison);
    return std::find(references.begin(), references.end(), answer.front()) != references.end();
  }

  /// What is left of texts to be compared.
  std::vector<std::string> compared(std::vector<std::string> texts, const Comparison& comparison) {
    for (const std::string_view pattern : comparison.ignored_patterns) {
      const PythonRegex& regex = patterns_.try_emplace(pattern, pattern).first->second;
      for (std::string& text : texts) text = regex.without_matches(text);
    }
    if (comparison.ignores_case) make_lower(texts);
    for (std::string& text : texts) {
      if (comparison.ignores_punctuation) remove_characters(text, kPunctuation);
      if (comparison.ignores_digits) remove_characters(text, "0123456789");
    }
    return texts;
  }

  std::map<std::string_view, PythonRegex> patterns_;
};

std::unique_ptr<Measure> measure(std::span<const std::string>) { return std::make_unique<ExactMatch>(); }

const Registrar<Metric> registered{{
    .name = "exact_match",
    .about = "share of documents whose answer is a reference, or whose right option is what greedy decoding "
             "would write",
    .measure = measure,
    .of_sums = ratio_of_sums,
}};

}  // namespace
}  // namespace iiet
