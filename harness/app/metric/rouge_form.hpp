#pragma once

#include "harness/app/metric/long_options.hpp"

namespace iiet {

/// rouge1 … rougeLsum as rouge_score gives them; returns the exit code.
int run_rouge(const LongOptions& options);

/// ROUGE-1.5.5; returns the exit code.
int run_rouge155(const LongOptions& options);

}  // namespace iiet
