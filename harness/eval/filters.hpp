#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace iiet {

/// What becomes of generated answers before they are compared, as lm-evaluation-harness's filters do it. A
/// step maps the answers to one document (more than one where several were drawn) to answers.

enum class Occurrence { kFirst, kLast };

/// Of the first or last match in each answer the first group that is not empty, or all of it where the
/// pattern has no group, stripped of white space; `fallback` where there is none.
struct ExtractRegex {
  std::string pattern;  // as of Python's `re`
  Occurrence which = Occurrence::kFirst;
  std::string fallback = "[invalid]";
};

/// The first `count` answers.
struct TakeFirst {
  std::size_t count = 1;
};

/// The most frequent answer, of several the one that came first.
struct MajorityVote {};

struct LowerCase {};
struct UpperCase {};
struct StripWhiteSpace {};

/// What an answer stands for; `fallback` for one that is not in the list.
struct MapAnswers {
  std::vector<std::pair<std::string, std::string>> meanings;
  std::string fallback;
};

using FilterStep =
    std::variant<ExtractRegex, TakeFirst, MajorityVote, LowerCase, UpperCase, StripWhiteSpace, MapAnswers>;

/// A named list of steps. Results that it leads to are called `metric,name`.
struct Filter {
  std::string name;
  std::vector<FilterStep> steps;
};

using Answers = std::vector<std::string>;

/// The steps of a filter, one after the other, ready to be applied to many documents. Throws InputError for a
/// pattern that is not supported.
std::function<Answers(Answers)> compiled(const Filter& filter);

}  // namespace iiet
