#include "harness/base/line_file.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"

namespace iiet {
namespace fs = std::filesystem;
namespace {

std::string reason() { return std::strerror(errno); }

}  // namespace

LineFile::LineFile(const fs::path& path) : path_(path) {
  descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  require(descriptor_ >= 0, "{}: cannot be written: {}", path.string(), reason());
  try {
    require(::flock(descriptor_, LOCK_EX | LOCK_NB) == 0, "{}: another process is at work there",
            path.parent_path().string());
    std::string text = read_file(path);
    const std::size_t whole = text.rfind('\n') + 1;  // 0 where there is none
    text.resize(whole);
    require(::ftruncate(descriptor_, static_cast<off_t>(whole)) == 0, "{}: cannot be written: {}",
            path.string(), reason());
    for (const std::string_view line : lines_of(text)) lines_.emplace_back(line);
    size_ = whole;
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

LineFile::~LineFile() { ::close(descriptor_); }

void LineFile::append(std::string_view line) {
  const std::string text = std::string(line) + "\n";
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t n = ::write(descriptor_, text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      const std::string why = reason();
      // If this fails too, the part of a line is cut off when the file is opened.
      if (::ftruncate(descriptor_, static_cast<off_t>(size_)) != 0) errno = 0;
      throw Error(fmt::format("{}: writing failed: {}", path_.string(), why));
    }
    done += static_cast<std::size_t>(n);
  }
  size_ += text.size();
}

void LineFile::clear() {
  if (::ftruncate(descriptor_, 0) != 0)
    throw Error(fmt::format("{}: cannot be emptied: {}", path_.string(), reason()));
  lines_.clear();
  size_ = 0;
}

}  // namespace iiet
