#include "harness/text/translation/bleu_tokenizer.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "harness/base/unicode.hpp"
#include "harness/text/tokenizer/tokenizer.hpp"
#include "harness/text/translation/character_class.hpp"
#include "harness/text/translation/mark_splitter.hpp"

namespace iiet {
namespace {

using Tokens = std::span<const std::string_view>;

constexpr std::array<MarkKind, 256> white_space_kinds() {
  std::array<MarkKind, 256> kinds{};
  for (int c = 0x09; c <= 0x0D; ++c) kinds[c] = MarkKind::kWhite;
  for (int c = 0x1C; c <= 0x20; ++c) kinds[c] = MarkKind::kWhite;
  return kinds;
}

/// mteval-v13a: ASCII punctuation stands alone, but the apostrophe, and `.` `,` `-` beside digits.
constexpr std::array<MarkKind, 256> kKinds13a = [] {
  std::array<MarkKind, 256> kinds = white_space_kinds();
  for (const char c : std::string_view("!\"#$%&()*+/:;<=>?@[\\]^_`{|}~")) kinds[c] = MarkKind::kAlone;
  for (int c = '0'; c <= '9'; ++c) kinds[c] = MarkKind::kNumber;
  kinds['.'] = kinds[','] = MarkKind::kMark;
  kinds['-'] = MarkKind::kHyphen;
  return kinds;
}();

/// ASCII in the categories N*, P*, S*.
constexpr std::array<MarkKind, 256> kKindsInternational = [] {
  std::array<MarkKind, 256> kinds = white_space_kinds();
  for (const char c : std::string_view("!\"#%&'()*,-./:;?@[\\]_{}")) kinds[c] = MarkKind::kMark;
  for (const char c : std::string_view("$+<=>^`|~")) kinds[c] = MarkKind::kAlone;
  for (int c = '0'; c <= '9'; ++c) kinds[c] = MarkKind::kNumber;
  return kinds;
}();

constexpr bool is_ascii(unsigned char byte) { return byte < 0x80; }

struct Rules13a {
  static constexpr bool kPadded = true;
  static std::string_view stripped(std::string_view line) { return strip_right(line); }
  static MarkCharacter at(std::string_view text, std::size_t at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (is_ascii(byte)) return {kKinds13a[byte], 1};
    // Beyond ASCII only white space matters, so the bytes of anything else need not be put together.
    if (const std::size_t white = unicode_detail::white_space_at(text, at)) return {MarkKind::kWhite, white};
    return {MarkKind::kOther, 1};
  }
};

struct Range {
  char32_t first, last;
};

/// The characters that `zh` sets apart. The first range is an accident of the reference (sacreBLEU issue 298:
/// an escape of five digits read as four) that everybody's scores contain.
constexpr Range kChinese[] = {{0x2001, 0x2A6D}, {0x2E80, 0x2FDF}, {0x2FF0, 0x303F}, {0x3100, 0x312F},
                              {0x31A0, 0x31EF}, {0x3200, 0x4DB5}, {0x4E00, 0x9FBB}, {0xF900, 0xFA2D},
                              {0xFA30, 0xFA6A}, {0xFA70, 0xFAD9}, {0xFE10, 0xFE1F}, {0xFE30, 0xFE4F},
                              {0xFF00, 0xFFEF}};

bool is_chinese(char32_t c) {
  return std::any_of(std::begin(kChinese), std::end(kChinese),
                     [c](const Range& range) { return c >= range.first && c <= range.last; });
}

struct RulesChinese {
  static constexpr bool kPadded = false;
  static std::string_view stripped(std::string_view line) { return strip(line); }
  static MarkCharacter at(std::string_view text, std::size_t at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (is_ascii(byte)) return {kKinds13a[byte], 1};
    const auto [c, end] = unicode_detail::code_point_at(text, at);
    if (is_white_space(c)) return {MarkKind::kWhite, end - at};
    return {is_chinese(c) ? MarkKind::kAlone : MarkKind::kOther, end - at};
  }
};

struct RulesInternational {
  static constexpr bool kPadded = false;
  // White space at the beginning stays: it splits a mark off, the beginning of the line does not.
  static std::string_view stripped(std::string_view line) { return strip_right(line); }
  static MarkCharacter at(std::string_view text, std::size_t at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (is_ascii(byte)) return {kKindsInternational[byte], 1};
    const auto [c, end] = unicode_detail::code_point_at(text, at);
    if (is_white_space(c)) return {MarkKind::kWhite, end - at};
    switch (character_class(c)) {
      case CharacterClass::kNumber:
        return {MarkKind::kNumber, end - at};
      case CharacterClass::kPunctuation:
        return {MarkKind::kMark, end - at};
      case CharacterClass::kSymbol:
        return {MarkKind::kAlone, end - at};
      case CharacterClass::kOther:
        break;
    }
    return {MarkKind::kOther, end - at};
  }
};

class WordTokenizer : public BleuTokenizer {
 public:
  Tokens tokens(std::string_view line) override {
    tokens_.clear();
    for_each_word(line, [this](std::string_view word) { tokens_.push_back(word); });
    return tokens_;
  }

 private:
  std::vector<std::string_view> tokens_;
};

class CharacterTokenizer : public BleuTokenizer {
 public:
  Tokens tokens(std::string_view line) override {
    tokens_.clear();
    for_each_word(line, [this](std::string_view word) {
      for (std::size_t at = 0; at < word.size();) {
        const std::size_t end = is_ascii(static_cast<unsigned char>(word[at]))
                                    ? at + 1
                                    : unicode_detail::code_point_at(word, at).end;
        tokens_.push_back(word.substr(at, end - at));
        at = end;
      }
    });
    return tokens_;
  }

 private:
  std::vector<std::string_view> tokens_;
};

template <typename Rules>
class MarkTokenizer : public BleuTokenizer {
 public:
  Tokens tokens(std::string_view line) override {
    tokens_.clear();
    MarkSplitter<Rules>(Rules::stripped(line), tokens_).split();
    return tokens_;
  }

 private:
  std::vector<std::string_view> tokens_;
};

/// 13a in Perl, to which the separators U+001C to U+001F are no white space.
struct RulesPerl13a {
  static constexpr bool kPadded = true;
  static std::string_view stripped(std::string_view line) { return line; }
  static MarkCharacter at(std::string_view text, std::size_t at) {
    if (text[at] >= 0x1C && text[at] <= 0x1F) return {MarkKind::kOther, 1};
    return Rules13a::at(text, at);
  }
};

template <typename Rules>
class Tokenizer13a : public BleuTokenizer {
 public:
  Tokens tokens(std::string_view line) override {
    tokens_.clear();
    line = Rules::stripped(line);
    if (needs_cleaning(line)) line = cleaned_ = cleaned(line);
    MarkSplitter<Rules>(line, tokens_).split();
    return tokens_;
  }

 private:
  static bool needs_cleaning(std::string_view line) {
    const auto has = [&](std::string_view text) { return line.find(text) != std::string_view::npos; };
    return has("&") || has("<skipped>") || has("-\n");
  }

  /// Left-overs of SGML. The entities are replaced one kind after the other: `&amp;lt;` ends as `<`,
  /// `&amp;quot;` as `&quot;`.
  static std::string cleaned(std::string_view line) {
    std::string text = replace_all(replace_all(line, "<skipped>", ""), "-\n", "");
    text = replace_all(replace_all(text, "&quot;", "\""), "&amp;", "&");
    return replace_all(replace_all(text, "&lt;", "<"), "&gt;", ">");
  }

  std::string cleaned_;
  std::vector<std::string_view> tokens_;
};

class SentencePieceTokenizer : public BleuTokenizer {
 public:
  explicit SentencePieceTokenizer(const std::filesystem::path& model) : tokenizer_(load_tokenizer(model)) {}

  Tokens tokens(std::string_view line) override {
    tokens_.clear();
    pieces_ = tokenizer_->pieces(strip_right(line));
    for (const std::string& piece : pieces_)
      for_each_word(piece, [this](std::string_view word) { tokens_.push_back(word); });
    return tokens_;
  }

 private:
  std::unique_ptr<Tokenizer> tokenizer_;
  std::vector<std::string> pieces_;
  std::vector<std::string_view> tokens_;
};

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::unique_ptr<BleuTokenizer> make_bleu_tokenizer(std::string_view name,
                                                   const std::filesystem::path& sentencepiece_model) {
  if (name == "none") return std::make_unique<WordTokenizer>();
  if (name == "char") return std::make_unique<CharacterTokenizer>();
  if (name == "13a") return std::make_unique<Tokenizer13a<Rules13a>>();
  if (name == "zh") return std::make_unique<MarkTokenizer<RulesChinese>>();
  if (name == "intl") return std::make_unique<MarkTokenizer<RulesInternational>>();
  if (is_one_of(name, {"spm", "flores101", "flores200", "spBLEU-1K"})) {
    require(!sentencepiece_model.empty(),
            "tokeniser '{}' needs its SentencePiece model file, and none is given", name);
    return std::make_unique<SentencePieceTokenizer>(sentencepiece_model);
  }
  const std::vector<std::string> known = bleu_tokenizer_names();
  require(!is_one_of(name, {"ja-mecab", "ko-mecab"}),
          "tokeniser '{}' needs MeCab, which is not built in; there are: {}", name, fmt::join(known, ", "));
  throw InputError(unknown_name("tokeniser", name, known));
}

std::unique_ptr<BleuTokenizer> make_perl_13a_tokenizer() {
  return std::make_unique<Tokenizer13a<RulesPerl13a>>();
}

std::string bleu_tokenizer_signature(std::string_view name) {
  return std::string(name == "spm" ? "flores101" : name);
}

std::vector<std::string> bleu_tokenizer_names() {
  return {"none", "zh", "13a", "intl", "char", "spm", "flores101", "flores200", "spBLEU-1K"};
}

}  // namespace iiet
