#include "harness/base/python_literal.hpp"
#include "harness/eval/task.hpp"

namespace iiet {
namespace {

std::vector<std::string> aliases_of(const Json& document) {
  const Json& answer = field(document, "answer");
  require(answer.is_object(), "field 'answer': an object expected, found {}", answer.type_name());
  auto aliases = field<std::vector<std::string>>(answer, "aliases");
  require(!aliases.empty(), "field 'aliases': at least one text expected, found none");
  return aliases;
}

/// The question mark is added to one that is there.
Sample sample(const Json& document) {
  return Generation{.prompt = "Question: " + field<std::string>(document, "question") + "?\nAnswer:",
                    .stops = {"\n", ".", ","},
                    .references = aliases_of(document),
                    .comparison = {.ignores_case = true, .ignores_punctuation = true}};
}

std::string target(const Json& document) { return python_literal(aliases_of(document)); }

const Registrar<Task> registered{{
    .name = "triviaqa",
    .version = "3.0",
    .about = "the answer to a question of general knowledge, in words",
    .data = {.folder = "triviaqa", .training = "train", .validation = "validation"},
    .metrics = {"exact_match"},
    .accuracy = "exact_match,remove_whitespace",
    .filters = {{"remove_whitespace", {StripWhiteSpace{}, TakeFirst{}}}},
    .sample = sample,
    .target = target,
}};

}  // namespace
}  // namespace iiet
