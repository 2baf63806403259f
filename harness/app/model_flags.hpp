#pragma once

#include <CLI/CLI.hpp>

#include "harness/run/model_options.hpp"

namespace iiet {

/// Declares the flags that every command with a model has.
void declare_model_flags(CLI::App& parser, ModelOptions& options);

/// Logs what the user must know of a loaded model.
void log_notes(const LoadedModel& loaded);

}  // namespace iiet
