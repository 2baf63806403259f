#include "harness/eval/summary_generation.hpp"

namespace iiet {
namespace {

/// One `summary`, or in the test set `summary1`, `summary2` and `summary3`.
std::vector<std::string> summaries_of(const Json& document) {
  if (document.contains("summary")) return {field<std::string>(document, "summary")};
  return {field<std::string>(document, "summary1"), field<std::string>(document, "summary2"),
          field<std::string>(document, "summary3")};
}

Sample sample(const Json& document) {
  return summary_after("Dialogue: " + field<std::string>(document, "dialogue") + "\n\nSummary:",
                       summaries_of(document), "summary");
}

const Registrar<Task> registered{{
    .name = "dialogsum",
    .version = "0",
    .about = "what was said in a conversation (DialogSum; the prompt is our own)",
    .data = {.folder = "dialogsum", .training = "train", .validation = "validation", .test = "test"},
    .metrics = summary_metrics(),
    .sample = sample,
}};

}  // namespace
}  // namespace iiet
