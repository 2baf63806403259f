#include "harness/eval/choices.hpp"

#include <algorithm>
#include <vector>

#include "harness/base/unicode.hpp"

namespace iiet {

Choice choice_after(const std::string& context, std::span<const std::string> texts, std::size_t gold) {
  Choice choice;
  choice.gold = gold;
  for (const std::string& text : texts) choice.options.push_back({context, " " + text, text});
  return choice;
}

Choice labelled_choice_after(const std::string& context, const Json& document) {
  const Json& choices = field(document, "choices");
  require(choices.is_object(), "field 'choices': an object expected, found {}", choices.type_name());
  const auto texts = field<std::vector<std::string>>(choices, "text");
  const auto labels = field<std::vector<std::string>>(choices, "label");
  require(texts.size() == labels.size() && !texts.empty(),
          "field 'choices': as many labels as texts and at least one expected, found {} texts and {} labels",
          texts.size(), labels.size());
  const std::string key(strip_left(field<std::string>(document, "answerKey")));
  const auto right = std::find(labels.begin(), labels.end(), key);
  require(right != labels.end(), "field 'answerKey': one of {} expected, found '{}'", fmt::join(labels, ", "),
          key);
  return choice_after(context, texts, static_cast<std::size_t>(right - labels.begin()));
}

std::size_t option_place(const char* field, std::int64_t index, std::size_t options) {
  require(index >= 0 && index < static_cast<std::int64_t>(options),
          "field '{}': out of range: the place of one of {} options expected, found {} counted from 0", field,
          options, index);
  return static_cast<std::size_t>(index);
}

}  // namespace iiet
