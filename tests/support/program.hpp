#pragma once

#include <string>
#include <vector>

namespace iiet::test {

/// How a run of the program ended.
struct Run {
  int exit_code = -1;
  std::string out, err;
};

/// Runs the program ($IIET_PROGRAM) with these arguments and this standard input. `environment` holds `NAME=value`.
Run run_program(const std::vector<std::string>& arguments, const std::string& input = "",
                const std::vector<std::string>& environment = {});

}  // namespace iiet::test
