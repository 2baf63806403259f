#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace iiet {

/// A regular expression of Python's `re`, on UTF-8. PCRE2 matches it; what the two read in different ways
/// (\w, \b, \Z, …) is refused, and `\s` is translated. Const and safe from several threads.
class PythonRegex {
 public:
  /// Throws InputError if `pattern` is malformed or has a construct that is not supported.
  explicit PythonRegex(std::string_view pattern);

  /// The text of a match, and of each of its groups; empty for a group that took no part.
  struct Match {
    std::string_view whole;
    std::vector<std::string_view> groups;
  };

  /// The matches that `re.findall` finds, in order; they refer to `text`. Throws Error where `text` is not
  /// valid UTF-8 or matching takes more steps than PCRE2's limit.
  std::vector<Match> find_all(std::string_view text) const;

  /// `re.sub(pattern, "", text)`.
  std::string without_matches(std::string_view text) const;

 private:
  struct Code;
  std::shared_ptr<const Code> code_;
};

}  // namespace iiet
