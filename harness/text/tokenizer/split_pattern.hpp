#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace iiet {

/// A regular expression of a tokenizer.json. Those are written for Oniguruma (Ruby syntax); constructs that
/// PCRE2 reads in another way are translated or refused. Const and safe from several threads.
class SplitPattern {
 public:
  struct Range {
    std::size_t begin, end;
  };

  /// Compiles `expression`; throws InputError with `where` in front if it is malformed or not supported.
  SplitPattern(std::string_view expression, const std::string& where);
  /// A pattern that matches `text` itself.
  static SplitPattern literal(std::string_view text, const std::string& where);

  /// Byte ranges of the successive matches in `text`, which must be valid UTF-8. Throws Error if matching
  /// takes more steps than PCRE2's limit.
  std::vector<Range> matches(std::string_view text) const;

 private:
  struct Code;
  std::shared_ptr<const Code> code_;
};

/// `expression` as PCRE2 has to be given it.
std::string pcre2_syntax(std::string_view expression, const std::string& where);

}  // namespace iiet
