#include "harness/eval/choices.hpp"

#include <algorithm>
#include <cmath>
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

std::size_t first_largest(std::span<const double> scores) {
  const auto beats = [](double a, double b) { return a > b || (std::isnan(a) && !std::isnan(b)); };
  std::size_t best = 0;
  for (std::size_t i = 1; i < scores.size(); ++i)
    if (beats(scores[i], scores[best])) best = i;
  return best;
}

DocumentValue is_best_option_right(const Sample& sample, std::span<const Response> responses, Length length) {
  const auto* choice = std::get_if<Choice>(&sample);
  if (!choice || choice->options.size() != responses.size())
    throw Error("an accuracy needs a choice and one response an option");
  std::vector<double> scores;
  for (std::size_t i = 0; i < responses.size(); ++i)
    scores.push_back(responses[i].loglikelihood / length(choice->options[i].text));
  return {first_largest(scores) == choice->gold ? 1.0 : 0.0};
}

}  // namespace iiet
