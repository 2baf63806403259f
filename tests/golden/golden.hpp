#pragma once

#include <string>
#include <vector>

#include "harness/base/files.hpp"
#include "harness/base/json.hpp"
#include "tests/support/program.hpp"
#include "tests/support/shared.hpp"

namespace iiet::test {

/// A file of tests/golden (README.md there).
inline Json own_golden(const std::string& name) {
  return read_json(project_root() / "tests" / "golden" / name);
}

/// JSON lines of the values.
inline std::string as_json_lines(const std::vector<Json>& values) {
  std::string lines;
  for (const Json& value : values) lines += value.dump() + "\n";
  return lines;
}

/// Runs the program, which must succeed, on these lines; the JSON lines of its answer.
inline std::vector<Json> answers_of(const std::vector<std::string>& arguments, const std::string& input) {
  const Run run = run_program(arguments, input);
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  std::vector<Json> lines;
  for (const std::string_view line : lines_of(run.out)) lines.push_back(parse_json(line, "answer"));
  return lines;
}

}  // namespace iiet::test
