#include "harness/base/unicode.hpp"
#include "harness/eval/choices.hpp"

namespace iiet {
namespace {

Sample sample(const Json& document) {
  const std::vector<std::string> answers{
      string_field(document, "distractor1"), string_field(document, "distractor2"),
      string_field(document, "distractor3"), string_field(document, "correct_answer")};
  const std::string support(strip_left(string_field(document, "support")));
  return choice_after(support + "\nQuestion: " + string_field(document, "question") + "\nAnswer:", answers,
                      3);
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
