#include "harness/base/line_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"

namespace iiet {
namespace fs = std::filesystem;

LineFile::LineFile(const fs::path& path)
    : path_(path), file_(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666)) {
  require(file_.fd >= 0, "{}: cannot be written: {}", path.string(), reason());
  require(::flock(file_.fd, LOCK_EX | LOCK_NB) == 0, "{}: another process is at work there",
          path.parent_path().string());
  std::string text = read_file(path);
  const std::size_t whole = text.rfind('\n') + 1;  // 0 where there is none
  text.resize(whole);
  require(::ftruncate(file_.fd, static_cast<off_t>(whole)) == 0, "{}: cannot be written: {}", path.string(),
          reason());
  for (const std::string_view line : lines_of(text)) lines_.emplace_back(line);
  size_ = whole;
}

void LineFile::append(std::string_view line) {
  const std::string text = std::string(line) + "\n";
  try {
    write_all(file_, text, path_);
  } catch (const Error&) {
    // If this fails too, the part of a line is cut off when the file is opened.
    [[maybe_unused]] const int ignored = ::ftruncate(file_.fd, static_cast<off_t>(size_));
    throw;
  }
  size_ += text.size();
}

void LineFile::clear() {
  if (::ftruncate(file_.fd, 0) != 0)
    throw Error(fmt::format("{}: cannot be emptied: {}", path_.string(), reason()));
  lines_.clear();
  size_ = 0;
}

}  // namespace iiet
