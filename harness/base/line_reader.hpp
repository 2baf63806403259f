#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/byte_source.hpp"

namespace iiet {

/// Where lines end: at LF only, also at CRLF, or, as Python reads standard input, at CR too.
enum class LineEnds { line_feed, line_feed_or_crlf, universal };

/// What becomes of bytes that are no UTF-8: an error naming file and line, U+FFFD in their place, or nothing
/// (for tools that read bytes).
enum class InvalidText { refuse, replace, keep };

struct LineRules {
  LineEnds ends = LineEnds::line_feed;
  InvalidText invalid = InvalidText::refuse;
};

/// Reads a text file (`.gz`: gzip) or standard input line by line, in memory for the longest line. Throws
/// InputError naming the file where it cannot be read.
class LineReader {
 public:
  explicit LineReader(ByteSource source, LineRules rules = {});
  explicit LineReader(const std::string& path, LineRules rules = {});

  /// The next line without its end, valid until the next call; nullopt behind the last. A last line need not
  /// end.
  std::optional<std::string_view> next();

  /// Number, from 1, of the line that next() gave last; behind the last line the number of lines.
  std::size_t number() const { return number_; }

  /// The path, or `standard input`.
  const std::string& name() const { return source_.name(); }

 private:
  bool refill();
  std::string_view checked(std::string_view line);

  LineRules rules_;
  ByteSource source_;
  std::string buffer_;  // unread from begin_ on
  std::string replaced_;
  std::size_t begin_ = 0, number_ = 0;
  bool after_return_ = false;  // an LF that comes now belongs to the CR before it
};

}  // namespace iiet
