#include "harness/eval/task.hpp"

namespace iiet {
namespace {

const Registrar<TaskGroup> registered{{
    .name = "zero-shot",
    .about = "eleven tasks for language models without examples, and the average of their accuracies",
    .tasks = {"lambada_openai", "wikitext", "piqa", "hellaswag", "winogrande", "arc_easy", "arc_challenge",
              "openbookqa", "sciq", "boolq", "copa"},
}};

}  // namespace
}  // namespace iiet
