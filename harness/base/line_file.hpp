#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/descriptor.hpp"

namespace iiet {

/// A text file that grows line by line and is used by one process at a time. What was appended survives the
/// end of the process, however it comes.
class LineFile {
 public:
  /// Opens or makes the file, in a folder that is there; a last line that was not written to its end is cut
  /// off. Throws InputError where that cannot be, also where another process has the file.
  explicit LineFile(const std::filesystem::path& path);
  LineFile(const LineFile&) = delete;
  LineFile& operator=(const LineFile&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// Lines that were there when the file was opened.
  const std::vector<std::string>& lines() const { return lines_; }
  /// Appends a line (without its end) whole or not at all; throws Error where that fails.
  void append(std::string_view line);
  /// Throws away everything.
  void clear();

 private:
  std::filesystem::path path_;
  std::vector<std::string> lines_;
  Descriptor file_;
  std::size_t size_ = 0;
};

}  // namespace iiet
