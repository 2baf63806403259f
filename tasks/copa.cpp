#include "harness/base/unicode.hpp"
#include "harness/eval/choices.hpp"

namespace iiet {
namespace {

const char* connector_of(const Json& document) {
  const std::string& question = field<std::string>(document, "question");
  require(question == "cause" || question == "effect",
          "field 'question': 'cause' or 'effect' expected, found '{}'", question);
  return question == "cause" ? " because" : " therefore";
}

/// The choices bring a space of their own, so the scored text begins with two.
std::vector<std::string> choices_of(const Json& document) {
  std::vector<std::string> choices;
  for (const char* name : {"choice1", "choice2"}) {
    const std::string& choice = field<std::string>(document, name);
    require(!choice.empty(), "field '{}': a sentence expected, found nothing", name);
    choices.push_back(fmt::format(" {}", lower_first(choice)));
  }
  return choices;
}

std::size_t gold_of(const Json& document) {
  return option_place("label", integer_field(document, "label"), 2);
}

Sample sample(const Json& document) {
  const std::string premise(without_last(strip(field<std::string>(document, "premise"))));
  const auto choices = choices_of(document);
  // The reference looks the right text up among the choices: of two equal ones the first is right.
  const std::size_t gold = choices[0] == choices[1] ? 0 : gold_of(document);
  return choice_after(premise + connector_of(document), choices, gold);
}

std::string target(const Json& document) { return choices_of(document)[gold_of(document)]; }

const Registrar<Task> registered{{
    .name = "copa",
    .version = "1.0",
    .about = "the more plausible cause or effect of two",
    .data = {.folder = "copa", .training = "train", .validation = "validation"},
    .metrics = {"acc"},
    .accuracy = "acc",
    .sample = sample,
    .target = target,
}};

}  // namespace
}  // namespace iiet
