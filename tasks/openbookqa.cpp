#include "harness/eval/choices.hpp"

namespace iiet {
namespace {

Sample sample(const Json& document) {
  return labelled_choice_after(field<std::string>(document, "question_stem"), document);
}

const Registrar<Task> registered{{
    .name = "openbookqa",
    .version = "1.0",
    .about = "elementary science with a fact and common sense",
    .data = {.folder = "openbookqa", .training = "train", .validation = "validation", .test = "test"},
    .metrics = {"acc", "acc_norm"},
    .accuracy = "acc_norm",
    .sample = sample,
}};

}  // namespace
}  // namespace iiet
