#include "harness/eval/summary_generation.hpp"

#include <algorithm>

namespace iiet {

std::vector<std::string> summary_metrics() { return {"rouge1", "rouge2", "rougeL", "rougeLsum"}; }

Generation summary_after(std::string prompt, std::vector<std::string> references, std::string_view field) {
  const auto is_empty = [](const std::string& text) { return text.empty(); };
  require(!references.empty() && std::none_of(references.begin(), references.end(), is_empty),
          "field '{}': a summary expected, found nothing", field);
  return {.prompt = std::move(prompt),
          .stops = {"\n\n"},
          .max_new_tokens = 128,
          .references = std::move(references)};
}

}  // namespace iiet
