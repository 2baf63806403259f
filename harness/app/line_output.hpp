#pragma once

#include <optional>
#include <string>

#include "harness/base/files.hpp"

namespace iiet {

/// Where a command's answers go, line by line: standard output, or a file that appears with finish().
class LineOutput {
 public:
  /// An empty path: standard output. Throws InputError where the file could not be written.
  explicit LineOutput(const std::string& path);
  /// True if people read the lines where progress would be shown too.
  bool is_terminal() const;
  void write(const std::string& line);
  void finish();

 private:
  std::optional<AtomicFile> file_;
};

}  // namespace iiet
