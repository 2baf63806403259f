#include "harness/eval/choices.hpp"

namespace iiet {
namespace {

Sample sample(const Json& document) {
  const std::vector<std::string> answers{"no", "yes"};
  const std::string context = field<std::string>(document, "passage") +
                              "\nQuestion: " + field<std::string>(document, "question") + "?\nAnswer:";
  return choice_after(context, answers,
                      option_place("label", integer_field(document, "label"), answers.size()));
}

const Registrar<Task> registered{{
    .name = "boolq",
    .version = "2.0",
    .about = "yes or no after a passage",
    .data = {.folder = "boolq", .training = "train", .validation = "validation"},
    .metrics = {"acc"},
    .accuracy = "acc",
    .sample = sample,
}};

}  // namespace
}  // namespace iiet
