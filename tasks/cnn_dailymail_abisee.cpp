#include "harness/eval/summary_generation.hpp"

namespace iiet {
namespace {

/// Only the model's end symbol ends the summary.
Sample sample(const Json& document) {
  Generation summary = summary_after(
      "Summarize the following article:\n\n" + field<std::string>(document, "article") + "\n\nSummary:",
      {field<std::string>(document, "highlights")}, "highlights");
  summary.stops.clear();
  return summary;
}

const Registrar<Task> registered{{
    .name = "cnn_dailymail_abisee",
    .version = "1.0",
    .about = "highlights of news articles (CNN/DailyMail)",
    .data =
        {.folder = "cnn_dailymail_abisee", .training = "train", .validation = "validation", .test = "test"},
    .metrics = summary_metrics(),
    .sample = sample,
}};

}  // namespace
}  // namespace iiet
