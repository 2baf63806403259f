#include "harness/base/python_regex.hpp"

#include <array>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "harness/base/error.hpp"

namespace iiet {
namespace {

/// `str.isspace`, as members of a character class.
constexpr std::string_view kWhiteSpace =
    R"(\x{9}-\x{D}\x{1C}-\x{20}\x{85}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000})";

[[noreturn]] void refuse(std::string_view pattern, std::string_view what) {
  throw InputError(fmt::format("the pattern {} has {}, which is not supported", pattern, what));
}

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// Groups that mean the same to both.
bool is_common_group(std::string_view rest) {
  for (const std::string_view start : {"(?:", "(?=", "(?!", "(?<=", "(?<!", "(?s)", "(?m)", "(?P<"})
    if (rest.starts_with(start)) return true;
  return !rest.starts_with("(?") && !rest.starts_with("(*");
}

/// `pattern` as PCRE2 has to be given it.
std::string pcre2_pattern(std::string_view pattern) {
  std::string translated;
  bool in_class = false;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    const char c = pattern[at];
    const std::string_view rest = pattern.substr(at);
    if (c == '\\' && at + 1 < pattern.size()) {
      const char escaped = pattern[++at];
      if (escaped == 's')
        translated += in_class ? std::string(kWhiteSpace) : fmt::format("[{}]", kWhiteSpace);
      else if (is_letter_or_digit(escaped) &&
               std::string_view("dntr").find(escaped) == std::string_view::npos)
        refuse(pattern, fmt::format("'\\{}'", escaped));
      else
        translated.append(1, '\\').append(1, escaped);
      continue;
    }
    if (in_class) {
      if (rest.starts_with("[:")) refuse(pattern, "'[:' in a character class");
      in_class = c != ']';
    } else if (c == '[') {
      in_class = true;
      // A bracket that comes first is a member of the class.
      const std::size_t first = rest.substr(1).starts_with('^') ? 2 : 1;
      const std::size_t length = rest.substr(first).starts_with(']') ? first + 1 : first;
      translated += rest.substr(0, length);
      at += length - 1;
      continue;
    } else if (!is_common_group(rest)) {
      refuse(pattern, fmt::format("'{}'", rest.substr(0, 3)));
    } else if (rest.starts_with("{,")) {
      refuse(pattern, "'{,'");
    }
    translated += c;
  }
  return translated;
}

std::string message_of(int code) {
  std::array<PCRE2_UCHAR, 256> text{};
  pcre2_get_error_message(code, text.data(), text.size());
  return reinterpret_cast<const char*>(text.data());
}

struct FreeContext {
  void operator()(pcre2_compile_context* context) const { pcre2_compile_context_free(context); }
};
struct FreeMatch {
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};

}  // namespace

struct PythonRegex::Code {
  pcre2_code* compiled = nullptr;
  std::uint32_t groups = 0;
  ~Code() { pcre2_code_free(compiled); }
};

PythonRegex::PythonRegex(std::string_view pattern) {
  const std::string translated = pcre2_pattern(pattern);
  const std::unique_ptr<pcre2_compile_context, FreeContext> context(pcre2_compile_context_create(nullptr));
  if (!context) throw std::bad_alloc();
  pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
  auto code = std::make_shared<Code>();
  int error = 0;
  PCRE2_SIZE offset = 0;
  code->compiled = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(translated.data()), translated.size(),
                                 PCRE2_UTF | PCRE2_UCP, &error, &offset, context.get());
  require(code->compiled != nullptr, "the pattern {} is not supported: {}", pattern, message_of(error));
  pcre2_pattern_info(code->compiled, PCRE2_INFO_CAPTURECOUNT, &code->groups);
  code_ = std::move(code);
}

std::vector<PythonRegex::Match> PythonRegex::find_all(std::string_view text) const {
  const std::unique_ptr<pcre2_match_data, FreeMatch> data(
      pcre2_match_data_create_from_pattern(code_->compiled, nullptr));
  if (!data) throw std::bad_alloc();
  const PCRE2_SIZE* found = pcre2_get_ovector_pointer(data.get());
  const auto part = [&](std::uint32_t group) {
    const PCRE2_SIZE begin = found[2 * group], end = found[2 * group + 1];
    return begin == PCRE2_UNSET ? text.substr(0, 0) : text.substr(begin, end - begin);
  };
  std::vector<Match> matches;
  std::uint32_t options = 0;
  for (std::size_t begin = 0; begin <= text.size();) {
    const int result = pcre2_match(code_->compiled, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(),
                                   begin, options, data.get(), nullptr);
    if (result == PCRE2_ERROR_NOMATCH) break;
    if (result < 0)
      throw Error(fmt::format("matching {} bytes of text failed: {}", text.size(), message_of(result)));
    Match match{part(0), {}};
    for (std::uint32_t group = 1; group <= code_->groups; ++group) match.groups.push_back(part(group));
    begin = found[1];
    // After an empty match Python looks for one that is not empty at the same place.
    options = PCRE2_NO_UTF_CHECK | (match.whole.empty() ? PCRE2_NOTEMPTY_ATSTART : 0);
    matches.push_back(std::move(match));
  }
  return matches;
}

std::string PythonRegex::without_matches(std::string_view text) const {
  std::string rest;
  std::size_t done = 0;
  for (const Match& match : find_all(text)) {
    const auto begin = static_cast<std::size_t>(match.whole.data() - text.data());
    rest += text.substr(done, begin - done);
    done = begin + match.whole.size();
  }
  return rest.append(text.substr(done));
}

}  // namespace iiet
