#pragma once

#include "harness/app/metric/long_options.hpp"

namespace iiet {

/// The line of multi-bleu.perl or of fairseq-score; returns that program's exit code.
int run_tokenised_bleu(const LongOptions& options);

}  // namespace iiet
