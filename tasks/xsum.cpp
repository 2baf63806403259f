#include "harness/eval/summary_generation.hpp"

namespace iiet {
namespace {

Sample sample(const Json& document) {
  return summary_after("Article: " + field<std::string>(document, "document") + "\n\nSummary:",
                       {field<std::string>(document, "summary")}, "summary");
}

const Registrar<Task> registered{{
    .name = "xsum",
    .version = "0",
    .about = "news articles in one sentence (XSum; the prompt is our own)",
    .data = {.folder = "xsum", .training = "train", .validation = "validation", .test = "test"},
    .metrics = summary_metrics(),
    .sample = sample,
}};

}  // namespace
}  // namespace iiet
