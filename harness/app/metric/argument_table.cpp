#include "harness/app/metric/argument_table.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/ranges.h>

#include "harness/base/error.hpp"
#include "harness/base/unicode.hpp"

namespace iiet {
namespace {

/// `-5`, `-.5`: a value, as no flag looks like a number.
bool is_negative_number(const std::string& word) {
  const std::string_view digits = std::string_view(word).substr(1);
  const std::size_t dot = digits.find('.');
  const auto all_digits = [](std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  if (dot == std::string_view::npos) return !digits.empty() && all_digits(digits);
  return all_digits(digits.substr(0, dot)) && all_digits(digits.substr(dot + 1)) && dot + 1 < digits.size();
}

/// A word that is a value wherever it stands.
bool is_plain(const std::string& word) {
  return word.size() < 2 || word[0] != '-' || is_negative_number(word);
}

std::string with_hyphens(std::string word) {
  if (word.starts_with("--"))
    std::replace(word.begin(),
                 word.begin() + static_cast<std::ptrdiff_t>(std::min(word.find('='), word.size())), '_', '-');
  return word;
}

template <typename Number>
Number parsed(const std::string& word, const char* kind) {
  std::string_view text = strip(word);
  if (text.starts_with('+')) text.remove_prefix(1);
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  require(error == std::errc() && end == text.data() + text.size(), "expected {}, got '{}'", kind, word);
  return number;
}

}  // namespace

/// A word read as a flag; `value` is what is joined to it.
struct ArgumentTable::Match {
  const Flag* flag = nullptr;
  std::string name;
  std::optional<std::string> value;
};

ArgumentTable::ArgumentTable(std::vector<Flag> flags, StoreValues positional)
    : flags_(std::move(flags)), positional_(std::move(positional)) {}

const Flag* ArgumentTable::exact(const std::string& name) const {
  for (const Flag& flag : flags_)
    if (std::find(flag.names.begin(), flag.names.end(), name) != flag.names.end()) return &flag;
  return nullptr;
}

ArgumentTable::Match ArgumentTable::match(const std::string& typed) const {
  const std::string word = with_hyphens(typed);
  if (const Flag* flag = exact(word)) return {flag, word, std::nullopt};
  const std::size_t sign = word.find('=');
  const std::string before = word.substr(0, sign);
  std::optional<std::string> value;
  if (sign != std::string::npos) value = word.substr(sign + 1);
  if (const Flag* flag = exact(before); flag && value) return {flag, before, value};

  const bool is_long = word.starts_with("--");
  const std::string& prefix = is_long ? before : word;
  std::vector<Match> matches;
  for (const Flag& flag : flags_)
    for (const std::string& name : flag.names) {
      if (!is_long && name == word.substr(0, 2))
        matches.push_back({&flag, name, word.substr(2)});
      else if (name.starts_with(prefix))
        matches.push_back({&flag, name, is_long ? value : std::nullopt});
    }
  if (matches.empty()) return {};
  std::vector<std::string> names;
  for (const Match& one : matches) names.push_back(one.name);
  require(matches.size() == 1, "'{}' may mean {}", typed, fmt::join(names, ", "));
  return matches.front();
}

/// One pass over the arguments.
class ArgumentTable::Parse {
 public:
  Parse(const ArgumentTable& table, std::span<const std::string> words) : table_(table), words_(words) {
    const auto end = std::find(words.begin(), words.end(), "--");
    end_of_flags_ = static_cast<std::size_t>(end - words.begin());
  }

  void run() {
    while (at_ < words_.size()) {
      if (is_value(at_))
        take_positional();
      else if (at_ == end_of_flags_)
        ++at_;
      else
        take_flag();
    }
  }

 private:
  bool is_value(std::size_t i) const {
    if (i > end_of_flags_) return true;
    if (i == end_of_flags_) return false;
    return is_plain(words_[i]) || (words_[i].find(' ') != std::string::npos && !table_.match(words_[i]).flag);
  }

  void take_positional() {
    const std::size_t begin = at_;
    while (at_ < words_.size() && is_value(at_)) ++at_;
    require(!had_positional_, "'{}': unexpected; the names belong in one place", words_[begin]);
    had_positional_ = true;
    table_.positional_(words_.subspan(begin, at_ - begin));
  }

  void take_flag() {
    const std::string& word = words_[at_++];
    Match match = table_.match(word);
    if (!match.flag) {
      std::vector<std::string> known;
      for (const Flag& flag : table_.flags_) known.push_back(flag.names.front());
      throw InputError(unknown_name("flag", word.substr(0, word.find('=')), known));
    }
    // `-bw4`: flags without a value may have others joined to them.
    while (match.flag->takes == Takes::nothing && match.value) {
      const std::string next = "-" + match.value->substr(0, 1);
      const Flag* flag = match.name.starts_with("--") || match.value->empty() ? nullptr : table_.exact(next);
      require(flag, "{}: takes no value, got '{}'", match.name, *match.value);
      store(match, {});
      std::optional<std::string> rest;
      if (match.value->size() > 1) rest = match.value->substr(1);
      match = {flag, next, rest};
    }
    if (match.value) {
      store(match, {&*match.value, 1});
      return;
    }
    const std::size_t begin = at_, most = most_values(*match.flag);
    while (at_ < words_.size() && at_ - begin < most && at_ < end_of_flags_ && is_value(at_)) ++at_;
    const auto values = words_.subspan(begin, at_ - begin);
    const bool needs_one = match.flag->takes == Takes::one || match.flag->takes == Takes::some;
    require(!needs_one || !values.empty(), "{}: expected a value", match.name);
    store(match, values);
  }

  std::size_t most_values(const Flag& flag) const {
    if (flag.takes == Takes::nothing) return 0;
    return flag.takes == Takes::one ? 1 : words_.size();
  }

  static void store(const Match& match, std::span<const std::string> values) {
    try {
      match.flag->store(values);
    } catch (const InputError& error) {
      throw InputError(match.name + ": " + error.what());
    }
  }

  const ArgumentTable& table_;
  std::span<const std::string> words_;
  std::size_t at_ = 0, end_of_flags_;
  bool had_positional_ = false;
};

void ArgumentTable::parse(std::span<const std::string> arguments) const { Parse(*this, arguments).run(); }

std::string ArgumentTable::help() const {
  std::string text;
  for (const Flag& flag : flags_) {
    std::string head = fmt::format("  {}", fmt::join(flag.names, ", "));
    if (flag.takes != Takes::nothing) head += " " + flag.value;
    if (flag.takes == Takes::some || flag.takes == Takes::any) head += " …";
    text += code_points(head) < 34 ? fmt::format("{:<34}{}\n", head, flag.about)
                                   : fmt::format("{}\n{:34}{}\n", head, "", flag.about);
  }
  return text;
}

StoreValues set(bool& target) {
  return [&target](auto) { target = true; };
}

StoreValues store(std::string& target) {
  return [&target](std::span<const std::string> values) { target = values.front(); };
}

StoreValues store(std::vector<std::string>& target) {
  return [&target](std::span<const std::string> values) { target.assign(values.begin(), values.end()); };
}

StoreValues store(long& target) {
  return [&target](std::span<const std::string> values) {
    target = parsed<long>(values.front(), "a whole number");
  };
}

StoreValues store(double& target) {
  return
      [&target](std::span<const std::string> values) { target = parsed<double>(values.front(), "a number"); };
}

StoreValues choose(std::string& target, std::initializer_list<std::string> allowed) {
  return [&target, allowed = std::vector<std::string>(allowed)](std::span<const std::string> values) {
    require(std::find(allowed.begin(), allowed.end(), values.front()) != allowed.end(),
            "expected one of {}, got '{}'", fmt::join(allowed, ", "), values.front());
    target = values.front();
  };
}

StoreValues choose(std::vector<std::string>& target, std::initializer_list<std::string> allowed) {
  return [&target, allowed = std::vector<std::string>(allowed)](std::span<const std::string> values) {
    for (const std::string& value : values)
      require(std::find(allowed.begin(), allowed.end(), value) != allowed.end(),
              "expected some of {}, got '{}'", fmt::join(allowed, ", "), value);
    target.assign(values.begin(), values.end());
  };
}

}  // namespace iiet
