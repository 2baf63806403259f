#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/base/json.hpp"

namespace iiet {

/// Reads JSON fields into a struct whose `fields(visitor)` lists them once. `null` and absent mean "keep the
/// default".
class FieldReader {
 public:
  FieldReader(const Json& object, std::string where) : object_(object), where_(std::move(where)) {}

  template <typename T>
  void operator()(const char* name, T& value) {
    known_.push_back(name);
    const auto found = object_.find(name);
    if (found == object_.end() || found->is_null()) return;
    read(name, *found, value);
  }

  /// Names visited so far.
  const std::vector<std::string>& known() const { return known_; }

 private:
  [[noreturn]] void fail(const char* name, const char* expected, const Json& got) const {
    std::string shown = got.dump();
    if (shown.size() > 60) shown = shown.substr(0, 57) + "…";
    throw InputError(fmt::format("{}: {}: expected {}, got {}", where_, name, expected, shown));
  }
  void read(const char* name, const Json& json, bool& value) const {
    if (!json.is_boolean()) fail(name, "true or false", json);
    value = json.get<bool>();
  }
  void read(const char* name, const Json& json, std::int64_t& value) const {
    const bool fits =
        json.is_number_integer() &&
        !(json.is_number_unsigned() && json.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max());
    if (!fits) fail(name, "an integer of 64 bits", json);
    value = json.get<std::int64_t>();
  }
  void read(const char* name, const Json& json, double& value) const {
    if (!json.is_number()) fail(name, "a number", json);
    value = json.get<double>();
  }
  void read(const char* name, const Json& json, std::string& value) const {
    if (!json.is_string()) fail(name, "a string", json);
    value = json.get<std::string>();
  }
  template <typename T>
  void read(const char* name, const Json& json, std::vector<T>& value) const {
    if (!json.is_array()) fail(name, "a list", json);
    value.clear();
    for (const Json& element : json) read(name, element, value.emplace_back());
  }
  template <typename T>
  void read(const char* name, const Json& json, std::optional<T>& value) const {
    read(name, json, value.emplace());
  }

  const Json& object_;
  std::string where_;
  std::vector<std::string> known_;
};

/// Writes the fields of a struct as a JSON object, in their order; absent optionals and empty lists are left
/// out.
class FieldWriter {
 public:
  template <typename T>
  void operator()(const char* name, const T& value) {
    object_[name] = value;
  }
  template <typename T>
  void operator()(const char* name, const std::optional<T>& value) {
    if (value) object_[name] = *value;
  }
  template <typename T>
  void operator()(const char* name, const std::vector<T>& value) {
    if (!value.empty()) object_[name] = value;
  }
  Json take() { return std::move(object_); }

 private:
  Json object_ = Json::object();
};

}  // namespace iiet
