#pragma once

#include <filesystem>
#include <string_view>

#include "harness/base/line_file.hpp"

namespace iiet {

/// What happened in a run, a line an event, each with its time (UTC).
class RunLog {
 public:
  explicit RunLog(const std::filesystem::path& path) : file_(path) {}
  /// Line ends within the text become spaces.
  void add(std::string_view text);

 private:
  LineFile file_;
};

}  // namespace iiet
