#include "harness/eval/choices.hpp"

namespace iiet {
namespace {

Sample sample(const Json& document) {
  const std::vector<std::string> solutions{field<std::string>(document, "sol1"),
                                           field<std::string>(document, "sol2")};
  return choice_after("Question: " + field<std::string>(document, "goal") + "\nAnswer:", solutions,
                      option_place("label", integer_field(document, "label"), solutions.size()));
}

const Registrar<Task> registered{{
    .name = "piqa",
    .version = "1.0",
    .about = "physical common sense: which of two ways reaches the goal",
    .data = {.folder = "piqa", .training = "train", .validation = "validation"},
    .metrics = {"acc", "acc_norm"},
    .accuracy = "acc",
    .sample = sample,
}};

}  // namespace
}  // namespace iiet
