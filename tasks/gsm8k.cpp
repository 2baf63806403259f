#include "harness/eval/number_answers.hpp"

namespace iiet {
namespace {

Sample sample(const Json& document) {
  return Generation{.prompt = "Question: " + field<std::string>(document, "question") + "\nAnswer:",
                    .stops = {"Question:", "</s>", "<|im_end|>"},
                    .references = {field<std::string>(document, "answer")},
                    .comparison = number_comparison()};
}

const Registrar<Task> registered{{
    .name = "gsm8k",
    .version = "3.0",
    .about = "sums in words, solved step by step after five examples",
    .data = {.folder = "gsm8k", .training = "train", .test = "test"},
    .metrics = {"exact_match"},
    .accuracy = "exact_match,strict-match",
    .filters = number_filters(R"(#### (\-?[0-9\.\,]+))"),
    .num_fewshot = 5,
    .sample = sample,
}};

}  // namespace
}  // namespace iiet
