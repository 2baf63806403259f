#include "harness/text/tokenizer/split_pattern.hpp"

#include <array>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "harness/base/error.hpp"

namespace iiet {
namespace {

/// Walks an Oniguruma expression once and writes the PCRE2 one.
class Translator {
 public:
  Translator(std::string_view expression, const std::string& where) : in_(expression), where_(where) {}

  std::string run() {
    while (at_ < in_.size()) step();
    if (class_depth_ > 0) refuse("a character class without end");
    return std::move(out_);
  }

 private:
  void step() {
    const char c = in_[at_];
    if (c == '\\')
      escape();
    else if (class_depth_ > 0)
      class_character();
    else if (c == '[')
      open_class();
    else if (in_.substr(at_, 2) == "(?")
      group();
    else if (in_.substr(at_, 2) == "}+")
      refuse("'}+' (an interval is not possessive there)");
    else
      copy(1);
  }

  void open_class() {
    class_depth_ = 1;
    copy(1);
    if (peek() == '^') copy(1);
    // A bracket that comes first is a member of the class.
    if (peek() == ']') copy(1);
  }

  void class_character() {
    const char c = in_[at_];
    if (in_.substr(at_, 2) == "&&") refuse("'&&' in a character class");
    if (c == ']') {
      if (--class_depth_ == 0) return copy(1);
      ++at_;  // the end of a class inside a class, which is written as one union
    } else if (c == '[') {
      if (in_.substr(at_, 2) == "[:") refuse("'[:' in a character class");
      if (in_.substr(at_, 2) == "[^") refuse("a negated class in a character class");
      ++class_depth_;
      ++at_;
    } else {
      copy(1);
    }
  }

  void group() {
    std::size_t end = at_ + 2;
    while (end < in_.size() && ((in_[end] >= 'a' && in_[end] <= 'z') || in_[end] == '-')) ++end;
    for (const char flag : in_.substr(at_ + 2, end - at_ - 2))
      if (flag != 'i' && flag != '-') refuse(fmt::format("the option '{}'", flag));
    copy(end - at_);
  }

  /// White space and word characters are Unicode's White_Space and Oniguruma's \w; PCRE2's own differ.
  void escape() {
    if (at_ + 1 >= in_.size()) refuse("a backslash at the end");
    const char c = in_[at_ + 1];
    const bool in_class = class_depth_ > 0;
    switch (c) {
      case 's':
        return replace(R"(\p{White_Space})");
      case 'S':
        return replace(R"(\P{White_Space})");
      case 'w':
        return replace(in_class ? kWord : fmt::format("[{}]", kWord));
      case 'W':
        if (in_class) refuse("'\\W' in a character class");
        return replace(fmt::format("[^{}]", kWord));
      case 'p':
      case 'P':
        return property();
      case 'h':
      case 'H':
      case 'b':
      case 'B':
      case 'R':
      case 'X':
      case 'K':
      case 'G':
        refuse(fmt::format("'\\{}'", c));
      default:
        return copy(2);
    }
  }

  /// Oniguruma's script names mean the script, PCRE2's the script extensions.
  void property() {
    const std::size_t end = in_.find('}', at_);
    if (in_.substr(at_ + 2, 1) != "{" || end == std::string_view::npos) refuse("a property without braces");
    std::string_view name = in_.substr(at_ + 3, end - at_ - 3);
    const std::string_view negation = name.substr(0, 1) == "^" ? "^" : "";
    name.remove_prefix(negation.size());
    out_ += fmt::format("\\{}{{{}{}{}}}", in_[at_ + 1], negation, name.size() > 2 ? "sc:" : "", name);
    at_ = end + 1;
  }

  char peek() const { return at_ < in_.size() ? in_[at_] : '\0'; }

  void copy(std::size_t count) {
    out_ += in_.substr(at_, count);
    at_ += count;
  }

  void replace(std::string_view text) {
    out_ += text;
    at_ += 2;
  }

  [[noreturn]] void refuse(const std::string& what) const {
    throw InputError(fmt::format("{}: the pattern {} has {}, which is not supported", where_, in_, what));
  }

  // Oniguruma counts the superscripts and fractions of Latin-1 among them.
  static constexpr std::string_view kWord =
      R"(\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\x{B2}\x{B3}\x{B9}\x{BC}-\x{BE})";
  std::string_view in_;
  const std::string& where_;
  std::string out_;
  std::size_t at_ = 0;
  int class_depth_ = 0;
};

std::string pcre2_message(int code) {
  std::array<PCRE2_UCHAR, 256> text{};
  pcre2_get_error_message(code, text.data(), text.size());
  return reinterpret_cast<const char*>(text.data());
}

struct FreeMatch {
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};

}  // namespace

std::string pcre2_syntax(std::string_view expression, const std::string& where) {
  return Translator(expression, where).run();
}

struct SplitPattern::Code {
  pcre2_code* compiled = nullptr;
  ~Code() { pcre2_code_free(compiled); }
};

SplitPattern::SplitPattern(std::string_view expression, const std::string& where) {
  const std::string pattern = pcre2_syntax(expression, where);
  int error = 0;
  PCRE2_SIZE offset = 0;
  auto code = std::make_shared<Code>();
  // In Ruby's syntax ^ and $ hold at every line.
  code->compiled = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                                 PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C, &error,
                                 &offset, nullptr);
  require(code->compiled != nullptr, "{}: the pattern {} is not supported: {} (byte {})", where, expression,
          pcre2_message(error), offset);
  // Without JIT (a platform that has none) the interpreter does the same work.
  pcre2_jit_compile(code->compiled, PCRE2_JIT_COMPLETE);
  code_ = std::move(code);
}

SplitPattern SplitPattern::literal(std::string_view text, const std::string& where) {
  std::string expression;
  for (const char c : text) {
    const bool plain = static_cast<signed char>(c) < 0 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                       (c >= 'a' && c <= 'z') || c == ' ' || c == '\n';
    expression += plain ? std::string(1, c) : fmt::format("\\x{{{:x}}}", static_cast<unsigned char>(c));
  }
  return SplitPattern(expression, where);
}

std::vector<SplitPattern::Range> SplitPattern::matches(std::string_view text) const {
  thread_local const std::unique_ptr<pcre2_match_data, FreeMatch> data(pcre2_match_data_create(1, nullptr));
  if (!data) throw std::bad_alloc();
  const auto* subject = reinterpret_cast<PCRE2_SPTR>(text.data());
  const PCRE2_SIZE* found = pcre2_get_ovector_pointer(data.get());
  std::vector<Range> ranges;
  ranges.reserve(text.size() / 4 + 1);
  for (std::size_t begin = 0; begin <= text.size();) {
    std::uint32_t options = PCRE2_NO_UTF_CHECK;
    int result = pcre2_match(code_->compiled, subject, text.size(), begin, options, data.get(), nullptr);
    if (result == PCRE2_ERROR_JIT_STACKLIMIT)
      result = pcre2_match(code_->compiled, subject, text.size(), begin, options | PCRE2_NO_JIT, data.get(),
                           nullptr);
    if (result == PCRE2_ERROR_NOMATCH) break;
    if (result < 0)
      throw Error(fmt::format("splitting {} bytes of text failed: {}", text.size(), pcre2_message(result)));
    ranges.push_back({found[0], found[1]});
    begin = found[1];
    if (found[0] != found[1]) continue;
    // After an empty match the search goes on at the next character.
    do ++begin;
    while (begin < text.size() && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80);
  }
  return ranges;
}

}  // namespace iiet
