#include "harness/base/unicode.hpp"
#include "harness/eval/choices.hpp"

namespace iiet {
namespace {

Sample sample(const Json& document) {
  const std::vector<std::string> answers{
      field<std::string>(document, "distractor1"), field<std::string>(document, "distractor2"),
      field<std::string>(document, "distractor3"), field<std::string>(document, "correct_answer")};
  const std::string support(strip_left(field<std::string>(document, "support")));
  return choice_after(
      support + "\nQuestion: " + field<std::string>(document, "question") + "\nAnswer:", answers, 3);
}

const Registrar<Task> registered{{
    .name = "sciq",
    .version = "1.0",
    .about = "science questions after a supporting paragraph",
    .data = {.folder = "sciq", .training = "train", .validation = "validation", .test = "test"},
    .metrics = {"acc", "acc_norm"},
    .accuracy = "acc",
    .sample = sample,
}};

}  // namespace
}  // namespace iiet
