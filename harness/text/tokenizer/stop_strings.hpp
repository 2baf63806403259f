#pragma once

#include <span>
#include <string>
#include <vector>

#include "harness/text/tokenizer/tokenizer.hpp"

namespace iiet {

/// The strings that end a generated text. They are looked for in text, not in tokens, so borders between
/// tokens do not matter. The tokenizer must outlive it; const and safe from several threads.
class StopStrings {
 public:
  /// Throws InputError for an empty stop string.
  StopStrings(const Tokenizer& tokenizer, std::vector<std::string> stops);

  bool empty() const { return stops_.empty(); }
  const std::vector<std::string>& strings() const { return stops_; }
  /// True if the last of the generated ids completes a stop string, or is a special token spelled like one.
  /// Call it after every token: only the text's end is looked at.
  bool completed_by_last(std::span<const TokenId> generated) const;
  /// The text up to the first occurrence of the first stop string, of what is left up to the second's, and so
  /// on.
  std::string cut(std::string text) const;

 private:
  const Tokenizer& tokenizer_;
  std::vector<std::string> stops_;
  std::size_t window_ = 0;  // tokens at the end that hold any stop string
};

}  // namespace iiet
