#include "harness/eval/task.hpp"

namespace iiet {
namespace {

/// The last word is what follows the last U+0020: line breaks and other white space do not separate words
/// here.
Sample sample(const Json& document) {
  const std::string& text = field<std::string>(document, "text");
  const std::size_t space = text.rfind(' ');
  if (space == std::string::npos) return Completion{"", " " + text};
  return Completion{text.substr(0, space), text.substr(space)};
}

const Registrar<Task> registered{{
    .name = "lambada_openai",
    .version = "1.0",
    .about = "last word of a passage of a novel",
    .data = {.folder = "lambada_openai", .test = "test"},
    .metrics = {"perplexity", "acc"},
    .accuracy = "acc",
    .sample = sample,
}};

}  // namespace
}  // namespace iiet
