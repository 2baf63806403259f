#include "harness/base/line_reader.hpp"

#include "harness/base/error.hpp"
#include "harness/base/unicode.hpp"

namespace iiet {
namespace {

constexpr std::size_t kBlock = std::size_t{1} << 17;

}  // namespace

LineReader::LineReader(ByteSource source, LineRules rules) : rules_(rules), source_(std::move(source)) {}
LineReader::LineReader(const std::string& path, LineRules rules) : LineReader(ByteSource(path), rules) {}

/// Appends the next block to what is unread; false at the end of the input.
bool LineReader::refill() {
  buffer_.erase(0, begin_);
  begin_ = 0;
  const std::size_t old = buffer_.size();
  buffer_.resize(old + kBlock);
  const std::size_t count = source_.read(buffer_.data() + old, kBlock);
  buffer_.resize(old + count);
  if (rules_.ends != LineEnds::universal) return count > 0;

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
  if (rules_.ends == LineEnds::line_feed_or_crlf && line.ends_with('\r')) line.remove_suffix(1);
  if (rules_.invalid == InvalidText::keep) return line;
  const std::size_t at = invalid_utf8_at(line);
  if (at == std::string_view::npos) return line;
  require(rules_.invalid == InvalidText::replace, "{}:{}: not valid UTF-8 at byte {} of the line (0x{:02x})",
          name(), number_, at + 1, static_cast<unsigned char>(line[at]));
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

}  // namespace iiet
