#include "harness/base/strict_object.hpp"

#include <algorithm>
#include <limits>

namespace iiet {
namespace {

/// A value as messages show it, cut where it is long.
std::string shown(const Json& json) {
  std::string text = json.dump(-1, ' ', true, Json::error_handler_t::replace);
  if (text.size() > 60) text = text.substr(0, 57) + "…";
  return text;
}

/// How a report writes the numbers that JSON does not have.
bool is_not_finite(const Json& json) {
  return json.is_string() && (json == "NaN" || json == "Infinity" || json == "-Infinity");
}

}  // namespace

StrictObject::StrictObject(const Json& json, std::string file, std::string path)
    : json_(json), file_(std::move(file)), path_(std::move(path)) {
  expect(json.is_object(), "an object", json, where());
}

const Json& StrictObject::member(const std::string& name) {
  known_.push_back(name);
  const auto found = json_.find(name);
  require(found != json_.end(), "{}: is missing", path_of(name));
  return *found;
}

void StrictObject::require_no_others() const {
  for (const auto& [name, value] : json_.items())
    if (std::find(known_.begin(), known_.end(), name) == known_.end())
      throw InputError(where() + ": " + unknown_name("field", name, known_));
}

void StrictObject::expect(bool condition, const char* expected, const Json& got, const std::string& where) {
  require(condition, "{}: expected {}, got {}", where, expected, shown(got));
}

double StrictObject::number(const Json& json, const std::string& where) {
  expect(!is_not_finite(json), "a finite number", json, where);
  expect(json.is_number(), "a number", json, where);
  return json.get<double>();
}

std::int64_t StrictObject::integer(const Json& json, const std::string& where) {
  const bool fits =
      json.is_number_integer() &&
      !(json.is_number_unsigned() && json.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max());
  expect(fits, "an integer", json, where);
  return json.get<std::int64_t>();
}

}  // namespace iiet
