#include "harness/eval/filters.hpp"

#include <algorithm>

#include "harness/base/error.hpp"
#include "harness/base/python_regex.hpp"
#include "harness/base/unicode.hpp"

namespace iiet {
namespace {

using Step = std::function<Answers(Answers)>;

/// A step that looks at each answer alone.
template <typename Map>
Step of_each(Map map) {
  return [map](Answers answers) {
    for (std::string& answer : answers) answer = map(answer);
    return answers;
  };
}

std::string extracted(const std::string& answer, const PythonRegex& regex, const ExtractRegex& step) {
  const auto matches = regex.find_all(answer);
  if (matches.empty()) return step.fallback;
  const auto& match = step.which == Occurrence::kFirst ? matches.front() : matches.back();
  if (match.groups.empty()) return std::string(strip(match.whole));
  // A single group counts as it is, among several an empty one did not take part.
  if (match.groups.size() == 1) return std::string(strip(match.groups.front()));
  const auto group = std::find_if(match.groups.begin(), match.groups.end(),
                                  [](std::string_view text) { return !text.empty(); });
  return std::string(strip(group == match.groups.end() ? std::string_view(step.fallback) : *group));
}

Answers most_frequent(const Answers& answers) {
  std::size_t best = 0;
  std::string winner;
  for (const std::string& answer : answers) {
    const auto votes = static_cast<std::size_t>(std::count(answers.begin(), answers.end(), answer));
    if (votes <= best) continue;
    best = votes;
    winner = answer;
  }
  return best == 0 ? Answers{} : Answers{winner};
}

struct Compiler {
  Step operator()(const ExtractRegex& step) const {
    return of_each([step, regex = PythonRegex(step.pattern)](const std::string& answer) {
      return extracted(answer, regex, step);
    });
  }
  Step operator()(const TakeFirst& step) const {
    return [count = step.count](Answers answers) {
      if (answers.size() > count) answers.resize(count);
      return answers;
    };
  }
  Step operator()(const MajorityVote&) const { return most_frequent; }
  Step operator()(const LowerCase&) const { return of_each(lower); }
  Step operator()(const UpperCase&) const { return of_each(upper); }
  Step operator()(const StripWhiteSpace&) const {
    return of_each([](const std::string& answer) { return std::string(strip(answer)); });
  }
  Step operator()(const MapAnswers& step) const {
    return of_each([step](const std::string& answer) {
      for (const auto& [from, to] : step.meanings)
        if (from == answer) return to;
      return step.fallback;
    });
  }
};

}  // namespace

std::function<Answers(Answers)> compiled(const Filter& filter) {
  std::vector<Step> steps;
  for (const FilterStep& step : filter.steps) steps.push_back(std::visit(Compiler{}, step));
  return [steps](Answers answers) {
    for (const Step& step : steps) answers = step(std::move(answers));
    return answers;
  };
}

}  // namespace iiet
