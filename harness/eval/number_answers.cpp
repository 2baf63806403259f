#include "harness/eval/number_answers.hpp"

#include <array>
#include <string_view>

namespace iiet {

std::vector<Filter> number_filters(const std::string& pattern) {
  const std::string number = R"((-?[$0-9.,]{2,})|(-?[0-9]+))";
  return {{"strict-match", {ExtractRegex{.pattern = pattern}, TakeFirst{}}},
          {"flexible-extract", {ExtractRegex{.pattern = number, .which = Occurrence::kLast}, TakeFirst{}}}};
}

Comparison number_comparison() {
  static constexpr std::array<std::string_view, 4> patterns{",", R"(\$)", "(?s).*#### ", R"(\.$)"};
  return {.ignored_patterns = patterns, .ignores_case = true};
}

}  // namespace iiet
