#include "harness/base/unicode.hpp"
#include "harness/eval/choices.hpp"

namespace iiet {
namespace {

/// The sentence before and after its blank.
std::pair<std::string, std::string> around_blank(const Json& document) {
  const std::string& sentence = field<std::string>(document, "sentence");
  const std::size_t blank = sentence.find('_');
  require(blank != std::string::npos, "field 'sentence': a blank '_' expected, found none");
  return {sentence.substr(0, blank), std::string(strip(std::string_view(sentence).substr(blank + 1)))};
}

/// The context tells the options apart, the scored rest of the sentence is the same.
Sample sample(const Json& document) {
  const auto [before, after] = around_blank(document);
  const std::string& answer = field<std::string>(document, "answer");
  require(answer == "1" || answer == "2", "field 'answer': '1' or '2' expected, found '{}'", answer);
  Choice choice;
  for (const char* name : {"option1", "option2"}) {
    const std::string& option = field<std::string>(document, name);
    choice.options.push_back({before + option, " " + after, option});
  }
  choice.gold = answer == "1" ? 0 : 1;
  return choice;
}

std::string target(const Json& document) { return around_blank(document).second; }

const Registrar<Task> registered{{
    .name = "winogrande",
    .version = "1.0",
    .about = "which of two names fills the blank",
    .data = {.folder = "winogrande", .training = "train", .validation = "validation"},
    .metrics = {"acc"},
    .accuracy = "acc",
    .sample = sample,
    .target = target,
}};

}  // namespace
}  // namespace iiet
