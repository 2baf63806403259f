#include "harness/base/error.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include <fmt/ranges.h>

namespace iiet {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitute = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitute});
    }
  }
  return row.back();
}

}  // namespace

std::string closest_name(std::string_view name, std::span<const std::string> known) {
  std::size_t best = std::max<std::size_t>(1, name.size() / 3) + 1;
  std::string closest;
  for (const std::string& candidate : known) {
    const std::size_t distance = edit_distance(name, candidate);
    if (distance < best) {
      best = distance;
      closest = candidate;
    }
  }
  return closest;
}

std::string unknown_name(std::string_view kind, std::string_view name, std::span<const std::string> known,
                         std::size_t shown) {
  std::string text = fmt::format("unknown {} '{}'", kind, name);
  if (const std::string guess = closest_name(name, known); !guess.empty())
    text += fmt::format("; did you mean '{}'?", guess);
  const auto first = known.first(std::min(shown, known.size()));
  text += fmt::format("{} known: {}{}", text.back() == '?' ? "" : ";", fmt::join(first, ", "),
                      first.size() < known.size() ? ", …" : "");
  return text;
}

}  // namespace iiet
