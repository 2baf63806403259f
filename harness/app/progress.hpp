#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace iiet {

/// Shows how far long work is, on stderr: a bar that redraws itself on a terminal, a line now and then
/// otherwise.
class ProgressBar {
 public:
  explicit ProgressBar(std::string title);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  /// Not from two threads at a time.
  void update(std::int64_t done, std::int64_t in_all);

 private:
  std::string title_;
  bool terminal_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point start_, shown_;
};

/// One line on stderr.
void log_line(const std::string& text);

}  // namespace iiet
