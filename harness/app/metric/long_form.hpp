#pragma once

#include <span>
#include <string>

namespace iiet {

/// `iiet-eval metric NAME,… --hypotheses HYP… [--references REF…]`; returns the exit code.
int run_long_form(std::span<const std::string> arguments);

/// What `--help` prints of the long form's own flags.
std::string long_form_help();

}  // namespace iiet
