#include "harness/base/json_fields.hpp"

#include <algorithm>
#include <limits>

namespace iiet {
namespace {

/// How a report writes the numbers that JSON does not have.
bool is_not_finite(const Json& json) {
  return json.is_string() && (json == "NaN" || json == "Infinity" || json == "-Infinity");
}

}  // namespace

void expect_json(bool condition, const char* what, const Json& got, const std::string& where) {
  if (condition) return;
  std::string shown = got.dump(-1, ' ', true, Json::error_handler_t::replace);
  if (shown.size() > 60) shown = shown.substr(0, 57) + "…";
  throw InputError(fmt::format("{}: expected {}, got {}", where, what, shown));
}

namespace detail {

void read_json(const Json& json, const std::string& where, bool& value) {
  expect_json(json.is_boolean(), "true or false", json, where);
  value = json.get<bool>();
}

void read_json(const Json& json, const std::string& where, std::int64_t& value) {
  const bool fits =
      json.is_number_integer() &&
      !(json.is_number_unsigned() && json.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max());
  expect_json(fits, "an integer", json, where);
  value = json.get<std::int64_t>();
}

void read_json(const Json& json, const std::string& where, std::size_t& value) {
  std::int64_t number = 0;
  read_json(json, where, number);
  expect_json(number >= 0, "a count", json, where);
  value = static_cast<std::size_t>(number);
}

void read_json(const Json& json, const std::string& where, double& value) {
  expect_json(!is_not_finite(json), "a finite number", json, where);
  expect_json(json.is_number(), "a number", json, where);
  value = json.get<double>();
}

void read_json(const Json& json, const std::string& where, std::string& value) {
  expect_json(json.is_string(), "a string", json, where);
  value = json.get<std::string>();
}

void read_json(const Json& json, const std::string&, Json& value) { value = json; }

}  // namespace detail

const Json& field(const Json& object, const char* name, const std::string& where) {
  const std::string front = where.empty() ? "" : where + ": ";
  require(object.is_object(), "{}an object with the field '{}' expected, found {}", front, name,
          object.type_name());
  const auto member = object.find(name);
  require(member != object.end(), "{}field '{}' is missing", front, name);
  return *member;
}

StrictObject::StrictObject(const Json& json, std::string file, std::string path)
    : json_(json), file_(std::move(file)), path_(std::move(path)) {
  expect_json(json.is_object(), "an object", json, where());
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

}  // namespace iiet
