#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/app/metric/options.hpp"

namespace iiet {

/// What the long form has beyond sacreBLEU's flags.
struct LongOptions {
  MetricOptions common;
  bool json = false, use_stemmer = false, compound_split = false;
  std::optional<long> max_ngram_order;  // absent: 4 of BLEU, 2 of ROUGE-1.5.5
  double confidence_level = 0.95;
  std::string multi_reference = "average";  // or best
  std::string input_format = "see";         // or spl
  std::string style = "multi-bleu";         // or multi-bleu-detok, fairseq
};

/// Throws InputError at a usage error.
LongOptions parse_long_form(std::span<const std::string> arguments);

/// The flags, those of both forms included.
std::vector<Flag> long_form_flags(LongOptions& options);

}  // namespace iiet
