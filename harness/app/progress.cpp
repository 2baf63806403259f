#include "harness/app/progress.hpp"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

namespace iiet {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kRedraw = std::chrono::milliseconds(100);
constexpr auto kLogEvery = std::chrono::seconds(10);
constexpr int kWidth = 30;

/// Whether stderr can be written must not matter.
void show(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

}  // namespace

ProgressBar::ProgressBar(std::string title)
    : title_(std::move(title)),
      terminal_(::isatty(STDERR_FILENO) == 1),
      start_(Clock::now()),
      shown_(start_) {}

ProgressBar::~ProgressBar() {
  if (drawn_) show("\r\033[K");
}

void ProgressBar::update(std::int64_t done, std::int64_t in_all) {
  const auto now = Clock::now();
  if (now - shown_ < (terminal_ ? Clock::duration(kRedraw) : Clock::duration(kLogEvery)) || in_all <= 0)
    return;
  shown_ = now;
  const double share = static_cast<double>(done) / static_cast<double>(in_all);
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const double left = share > 0 ? seconds / share - seconds : 0;
  const std::string text = fmt::format("{} {:3.0f} % {:.0f} tokens/s, {:.0f} s left", title_, 100 * share,
                                       static_cast<double>(done) / seconds, left);
  if (terminal_) {
    const int filled = static_cast<int>(std::clamp(share, 0.0, 1.0) * kWidth);
    show(fmt::format("\r\033[K[{:#<{}}{:.<{}}] {}", "", filled, "", kWidth - filled, text));
    drawn_ = true;
  } else {
    show(text + "\n");
  }
}

void log_line(const std::string& text) { show(text + "\n"); }

}  // namespace iiet
