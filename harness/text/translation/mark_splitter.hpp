#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace iiet {

/// What a character is to a tokeniser of mteval's family (13a, zh, intl).
enum class MarkKind : unsigned char {
  kOther,
  kNumber,
  kWhite,
  kAlone,   // always a token of its own
  kMark,    // a token of its own unless numbers on both sides hold it: `.` and `,` of 13a
  kHyphen,  // a token of its own after a number
};

struct MarkCharacter {
  MarkKind kind;
  std::size_t bytes;
};

/// Splits a line in one pass where the reference rewrites it several times, one pattern after the other:
/// marks after what is no number (not overlapping), then marks before what is no number. `Rules` has `static
/// MarkCharacter at(std::string_view text, std::size_t at)` and `static constexpr bool kPadded`: whether a
/// blank stands before and after the line. Without it the ends of the line split no mark off, just as numbers
/// do not.
///
/// For a run of k marks between a and b the passes come to this: all are tokens of their own, but the last
/// one stays with b if b is a number and k is odd after a number, even after anything else; and a single one
/// between two numbers stays with both.
template <typename Rules>
class MarkSplitter {
 public:
  /// Appends the tokens of `text`, which are slices of it, to `tokens`.
  MarkSplitter(std::string_view text, std::vector<std::string_view>& tokens) : text_(text), tokens_(tokens) {}

  void split() {
    for (std::size_t at = 0; at < text_.size();) {
      const auto [kind, bytes] = Rules::at(text_, at);
      if (kind == MarkKind::kOther) {  // most of all text
        after_number_ = false;
        at += bytes;
        continue;
      }
      switch (kind) {
        case MarkKind::kOther:
          break;
        case MarkKind::kNumber:
          after_number_ = true;
          at += bytes;
          break;
        case MarkKind::kWhite:
          end_token(at);
          begin_ = at += bytes;
          after_number_ = false;
          break;
        case MarkKind::kHyphen:
        case MarkKind::kAlone:
          // At the beginning of the line no number stands before, whatever after_number_ starts with.
          if (kind == MarkKind::kAlone || (after_number_ && at > 0)) set_apart(at, bytes);
          after_number_ = false;
          at += bytes;
          break;
        case MarkKind::kMark:
          at = split_marks(at);
          break;
      }
    }
    end_token(text_.size());
  }

 private:
  void end_token(std::size_t end) {
    if (begin_ < end) tokens_.push_back(text_.substr(begin_, end - begin_));
  }

  void set_apart(std::size_t at, std::size_t bytes) {
    end_token(at);
    tokens_.push_back(text_.substr(at, bytes));
    begin_ = at + bytes;
  }

  bool number_at(std::size_t at) const {
    return at == text_.size() ? !Rules::kPadded : Rules::at(text_, at).kind == MarkKind::kNumber;
  }

  /// Splits the run of marks that begins at `at`; returns its end.
  std::size_t split_marks(std::size_t at) {
    std::size_t end = at, last = at, count = 0;
    for (; end < text_.size(); ++count) {
      const auto [kind, bytes] = Rules::at(text_, end);
      if (kind != MarkKind::kMark) break;
      last = end;
      end += bytes;
    }
    const bool joins_next = number_at(end) && after_number_ == (count % 2 == 1);
    if (!(joins_next && count == 1))
      for (std::size_t mark = at; mark != (joins_next ? last : end);) {
        const std::size_t bytes = Rules::at(text_, mark).bytes;
        set_apart(mark, bytes);
        mark += bytes;
      }
    after_number_ = false;
    return end;
  }

  std::string_view text_;
  std::vector<std::string_view>& tokens_;
  std::size_t begin_ = 0;  // of the token that is being read
  bool after_number_ = !Rules::kPadded;
};

}  // namespace iiet
