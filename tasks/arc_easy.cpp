#include "harness/eval/choices.hpp"

namespace iiet {
namespace {

Sample sample(const Json& document) {
  return labelled_choice_after("Question: " + field<std::string>(document, "question") + "\nAnswer:",
                               document);
}

const Registrar<Task> registered{{
    .name = "arc_easy",
    .version = "1.0",
    .about = "science questions of school examinations, the easier part",
    .data = {.folder = "arc_easy", .training = "train", .validation = "validation", .test = "test"},
    .metrics = {"acc", "acc_norm"},
    .accuracy = "acc",
    .sample = sample,
}};

}  // namespace
}  // namespace iiet
