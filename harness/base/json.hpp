#pragma once

#include <cmath>
#include <limits>
#include <optional>

#include <nlohmann/json.hpp>

namespace iiet {

/// JSON whose objects keep the order of their keys, as documents and reports need.
using Json = nlohmann::ordered_json;

/// JSON has no NaN and no infinity: they are written as text, so that a reader sees what happened.
inline Json number_json(double value) {
  if (std::isfinite(value)) return value;
  return std::isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}

/// The inverse; nothing where `json` is no such number.
inline std::optional<double> number_of(const Json& json) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (json.is_number()) return json.get<double>();
  if (json == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (json == "Infinity") return infinity;
  if (json == "-Infinity") return -infinity;
  return std::nullopt;
}

}  // namespace iiet
