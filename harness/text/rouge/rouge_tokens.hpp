#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/interner.hpp"

namespace iiet {

/// Numbers of tokens; two tokens are equal exactly if their numbers are.
using RougeToken = std::uint32_t;

/// A summary as ROUGE sees it: the tokens of its lines, one after the other. Lines without tokens are left
/// out: they change no score.
struct RougeText {
  std::vector<RougeToken> tokens;
  std::vector<std::size_t> line_ends;  // places in `tokens`, ascending

  std::size_t lines() const { return line_ends.size(); }
  std::span<const RougeToken> line(std::size_t index) const;
};

/// How a ROUGE program reads text.
struct RougeDialect {
  /// rouge_score maps Unicode to lower case, ROUGE-1.5.5 bytes. The two differ in U+0130 (whose `i` counts)
  /// and U+212A (a `k`), the only letters beyond ASCII whose lower case has ASCII in it.
  enum class Letters { kUnicode, kAscii } letters = Letters::kUnicode;
  /// A line of ROUGE-1.5.5's SEE format ends at the first `<`.
  enum class LineEnd { kLineFeed, kLineFeedOrTag } line_end = LineEnd::kLineFeed;
  /// The stemmer of tokens of more than three letters; none where null.
  std::string (*stem)(std::string_view) = nullptr;
};

enum class RougeStemming { kNone, kPorter };

/// How rouge_score reads, with or without its option `use_stemmer`.
RougeDialect rouge_score_dialect(RougeStemming stemming);

/// Cuts texts into tokens: runs of a-z and 0-9 after lower-casing, stemmed where the dialect says so. Each
/// distinct word is stemmed once. Not safe from several threads.
class RougeTokenizer {
 public:
  explicit RougeTokenizer(const RougeDialect& dialect) : dialect_(dialect) {}

  /// The tokens of valid UTF-8 (with kAscii, of any bytes). Numbers stay valid until `forget_if_many`.
  RougeText read(std::string_view text);
  /// The same tokens as text.
  std::vector<std::string> words(std::string_view text);

  /// All numbers so far are below this.
  std::size_t tokens_known() const { return stems_.size(); }
  /// Forgets all numbers where there are very many, so that memory stays bounded.
  void forget_if_many();

 private:
  template <typename Each>
  void for_each_word(std::string_view line, Each each);
  std::string_view take_line(std::string_view& text) const;
  RougeToken token_of(std::string_view word);
  std::string stem_of(std::string_view word) const;

  RougeDialect dialect_;
  Interner words_, stems_;
  std::vector<RougeToken> token_of_word_;
  std::string lower_;
};

}  // namespace iiet
