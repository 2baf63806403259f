#include "harness/base/line_reader.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "harness/base/error.hpp"
#include "harness/base/unicode.hpp"

namespace iiet {
namespace {

constexpr std::size_t kBlock = std::size_t{1} << 17;

}  // namespace

/// Bytes of a file, decompressed where its name ends in `.gz`.
class LineReader::Source {
 public:
  Source(const std::string& path, const std::string& name) : name_(name) {
    fd_ = path.empty() ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    require(fd_ >= 0, "{}: cannot be read: {}", name, std::strerror(errno));
    struct stat status {};
    const bool is_folder = ::fstat(fd_, &status) == 0 && S_ISDIR(status.st_mode);
    if (!is_folder && path.ends_with(".gz")) zip_ = ::gzdopen(fd_, "rb");
    if (is_folder) ::close(fd_);
    require(!is_folder, "{}: cannot be read: it is a folder", name);
    if (zip_) ::gzbuffer(zip_, kBlock);
  }
  ~Source() {
    if (zip_)
      ::gzclose(zip_);
    else
      ::close(fd_);
  }
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  /// Up to `size` bytes into `to`; 0 at the end.
  std::size_t read(char* to, std::size_t size) { return zip_ ? unzip(to, size) : read_plain(to, size); }

 private:
  std::size_t read_plain(char* to, std::size_t size) const {
    ssize_t n;
    do {
      n = ::read(fd_, to, size);
    } while (n < 0 && errno == EINTR);
    require(n >= 0, "{}: cannot be read: {}", name_, std::strerror(errno));
    return static_cast<std::size_t>(n);
  }

  std::size_t unzip(char* to, std::size_t size) {
    const int n = ::gzread(zip_, to, static_cast<unsigned>(size));
    int code = Z_OK;
    const char* reason = ::gzerror(zip_, &code);
    // zlib hands through what has no gzip header; a file cut short ends in Z_BUF_ERROR.
    require(n >= 0 && code != Z_BUF_ERROR, "{}: damaged gzip data: {}", name_, reason);
    require(n == 0 || ::gzdirect(zip_) == 0, "{}: not a gzip file, though its name says so", name_);
    return static_cast<std::size_t>(n);
  }

  std::string name_;
  int fd_ = -1;
  gzFile zip_ = nullptr;
};

LineReader::LineReader(const std::string& path, LineRules rules)
    : name_(path.empty() ? "standard input" : path),
      rules_(rules),
      source_(std::make_unique<Source>(path, name_)) {}

LineReader::~LineReader() = default;
LineReader::LineReader(LineReader&&) noexcept = default;
LineReader& LineReader::operator=(LineReader&&) noexcept = default;

std::string LineReader::read_all(const std::string& path) {
  LineReader reader(path, {LineEnds::line_feed, InvalidText::keep});
  while (reader.refill()) {
  }
  return std::move(reader.buffer_);
}

/// Appends the next block to what is unread; false at the end of the input.
bool LineReader::refill() {
  buffer_.erase(0, begin_);
  begin_ = 0;
  const std::size_t old = buffer_.size();
  buffer_.resize(old + kBlock);
  const std::size_t count = source_->read(buffer_.data() + old, kBlock);
  buffer_.resize(old + count);
  if (rules_.ends == LineEnds::line_feed) return count > 0;

  std::size_t kept = old;
  for (std::size_t at = old; at < buffer_.size(); ++at) {
    const char c = buffer_[at];
    const bool of_pair = c == '\n' && after_return_;
    after_return_ = c == '\r';
    if (!of_pair) buffer_[kept++] = c == '\r' ? '\n' : c;
  }
  buffer_.resize(kept);
  return count > 0;
}

std::string_view LineReader::checked(std::string_view line) {
  if (rules_.invalid == InvalidText::keep) return line;
  const std::size_t at = invalid_utf8_at(line);
  if (at == std::string_view::npos) return line;
  require(rules_.invalid == InvalidText::replace, "{}:{}: not valid UTF-8 at byte {} of the line (0x{:02x})",
          name_, number_, at + 1, static_cast<unsigned char>(line[at]));
  replaced_ = replace_invalid_utf8(line);
  return replaced_;
}

std::optional<std::string_view> LineReader::next() {
  std::size_t searched = begin_;
  for (;;) {
    const std::size_t end = buffer_.find('\n', searched);
    if (end != std::string::npos) {
      const std::string_view line = std::string_view(buffer_).substr(begin_, end - begin_);
      begin_ = end + 1;
      ++number_;
      return checked(line);
    }
    searched = buffer_.size() - begin_;  // refilling moves what is unread to the front
    if (!refill()) break;
  }
  if (begin_ == buffer_.size()) return std::nullopt;
  const std::string_view last = std::string_view(buffer_).substr(begin_);
  begin_ = buffer_.size();
  ++number_;
  return checked(last);
}

std::size_t count_lines(const std::string& path, LineEnds ends) {
  LineReader reader(path, {ends, InvalidText::keep});
  while (reader.next()) {
  }
  return reader.number();
}

}  // namespace iiet
