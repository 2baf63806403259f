#include "harness/app/model_flags.hpp"

#include "harness/app/progress.hpp"

namespace iiet {

void declare_model_flags(CLI::App& parser, ModelOptions& options) {
  parser.add_option("--dtype", options.dtype, "float32, float64, bfloat16 or float16")->capture_default_str();
  parser.add_option("--device", options.device, "auto, cpu, cuda or cuda:N")->capture_default_str();
  parser.add_option("--threads", options.threads, "CPU threads (default: all cores)")
      ->check(CLI::Range(1, 1024));
  parser.add_option("--batch-tokens", options.batch_tokens, "tokens a forward pass, or auto")
      ->capture_default_str();
  parser
      .add_option("--max-length", options.max_length, "tokens a forward pass may read (default: the model's)")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 30));
  parser.add_option("--add-bos-token", options.adds_bos,
                    "put BOS in front of texts: true or false (default: the tokenizer's rule)");
}

void log_notes(const LoadedModel& loaded) {
  for (const std::string& note : loaded.model->config().notes) log_line("note: " + note);
}

}  // namespace iiet
