#include <algorithm>
#include <string_view>
#include <vector>

#include "harness/base/python_regex.hpp"
#include "harness/base/unicode.hpp"
#include "harness/eval/aggregation.hpp"
#include "harness/eval/choices.hpp"

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

/// What is left of texts to be compared.
std::vector<std::string> compared(std::vector<std::string> texts, const Comparison& comparison) {
  for (const std::string_view pattern : comparison.ignored_patterns) {
    const PythonRegex regex(pattern);
    for (std::string& text : texts) text = regex.without_matches(text);
  }
  if (comparison.ignores_case) make_lower(texts);
  for (std::string& text : texts) {
    if (comparison.ignores_punctuation) remove_characters(text, kPunctuation);
    if (comparison.ignores_digits) remove_characters(text, "0123456789");
  }
  return texts;
}

bool is_right(const Generation& generation, const std::string& answer) {
  const auto found = compared({answer}, generation.comparison);
  const auto references = compared(generation.references, generation.comparison);
  return std::find(references.begin(), references.end(), found.front()) != references.end();
}

DocumentValue of_document(const Sample& sample, std::span<const Response> responses) {
  if (const auto* generation = std::get_if<Generation>(&sample))
    return {is_right(*generation, responses.front().text) ? 1.0 : 0.0};
  const auto& choice = expect_sample<Choice>(sample, "exact_match");
  return {responses[choice.gold].is_greedy ? 1.0 : 0.0};
}

const Registrar<Metric> registered{{
    .name = "exact_match",
    .about = "share of documents whose answer is a reference, or whose right option is what greedy decoding "
             "would write",
    .of_document = of_document,
    .aggregate = mean_estimate,
}};

}  // namespace
}  // namespace iiet
