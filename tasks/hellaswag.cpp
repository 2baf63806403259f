#include "harness/base/unicode.hpp"
#include "harness/eval/choices.hpp"

namespace iiet {
namespace {

/// Without each shortest bracketed run that lies on one line.
std::string without_brackets(const std::string& text) {
  std::string result;
  std::size_t done = 0;
  for (std::size_t begin; (begin = text.find('[', done)) != std::string::npos;) {
    const std::size_t end = text.find_first_of("]\n", begin);
    if (end == std::string::npos) break;
    // An opening bracket that is not closed on its line stays; a later one may be.
    const bool closed = text[end] == ']';
    result.append(text, done, closed ? begin - done : end + 1 - done);
    done = end + 1;
  }
  return result.append(text, done);
}

/// WikiHow's marks out of the text. The order matters: spaces that come free at the ends stay.
std::string cleaned(const std::string& text) {
  return replace_all(without_brackets(replace_all(strip(text), " [title]", ". ")), "  ", " ");
}

std::string query_of(const Json& document) {
  return cleaned(field<std::string>(document, "activity_label") + ": " +
                 field<std::string>(document, "ctx_a") + " " +
                 capitalize(field<std::string>(document, "ctx_b")));
}

std::vector<std::string> choices_of(const Json& document) {
  std::vector<std::string> choices;
  for (const std::string& ending : field<std::vector<std::string>>(document, "endings"))
    choices.push_back(cleaned(ending));
  require(!choices.empty(), "field 'endings': at least one ending expected, found none");
  return choices;
}

/// The label is text in the hub's rows and a number in the release's.
std::size_t gold_of(const Json& document, std::size_t options) {
  const Json& label = field(document, "label");
  if (!label.is_string()) return option_place("label", integer_field(document, "label"), options);
  const std::string& digits = label.get_ref<const std::string&>();
  require(digits.size() == 1 && digits[0] >= '0' && digits[0] <= '9',
          "field 'label': a digit expected, found '{}'", digits);
  return option_place("label", digits[0] - '0', options);
}

Json prepare(const Json& row) {
  Json document = row;
  const auto choices = choices_of(row);
  document["query"] = query_of(row);
  document["choices"] = choices;
  document["gold"] = gold_of(row, choices.size());
  return document;
}

Sample sample(const Json& document) {
  const auto choices = choices_of(document);
  return choice_after(query_of(document), choices, gold_of(document, choices.size()));
}

const Registrar<Task> registered{{
    .name = "hellaswag",
    .version = "1.0",
    .about = "the sensible ending of a scene among four",
    .data = {.folder = "hellaswag", .training = "train", .validation = "validation"},
    .metrics = {"acc", "acc_norm"},
    .accuracy = "acc_norm",
    .sample = sample,
    .prepare = prepare,
}};

}  // namespace
}  // namespace iiet
