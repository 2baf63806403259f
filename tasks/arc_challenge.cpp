#include "harness/eval/choices.hpp"

namespace iiet {
namespace {

Sample sample(const Json& document) {
  return labelled_choice_after("Question: " + field<std::string>(document, "question") + "\nAnswer:",
                               document);
}

const Registrar<Task> registered{{
    .name = "arc_challenge",
    .version = "1.0",
    .about = "science questions of school examinations, the harder part",
    .data = {.folder = "arc_challenge", .training = "train", .validation = "validation", .test = "test"},
    .metrics = {"acc", "acc_norm"},
    .accuracy = "acc_norm",
    .sample = sample,
}};

}  // namespace
}  // namespace iiet
