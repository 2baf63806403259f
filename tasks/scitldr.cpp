#include "harness/eval/summary_generation.hpp"

namespace iiet {
namespace {

/// The abstract comes in sentences, with one or more summaries.
Sample sample(const Json& document) {
  const auto sentences = field<std::vector<std::string>>(document, "source");
  require(!sentences.empty(), "field 'source': at least one sentence expected, found none");
  return summary_after(fmt::format("Article: {}\n\nSummary:", fmt::join(sentences, " ")),
                       field<std::vector<std::string>>(document, "target"), "target");
}

const Registrar<Task> registered{{
    .name = "scitldr",
    .version = "0",
    .about = "abstracts of papers in one sentence (SciTLDR, abstract only; the prompt is our own)",
    .data = {.folder = "scitldr", .training = "train", .validation = "validation", .test = "test"},
    .metrics = summary_metrics(),
    .sample = sample,
}};

}  // namespace
}  // namespace iiet
