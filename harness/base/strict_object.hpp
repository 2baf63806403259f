#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/base/json.hpp"

namespace iiet {

/// A JSON object of a file format of ours, read to the last field: a field that is missing, unknown or of
/// another type throws InputError naming file and path. `where` is what messages begin with: `r.json` or
/// `r.json: models[0]`.
class StrictObject {
 public:
  /// Keeps a reference to `json`. `path` leads to it from the top of the file.
  StrictObject(const Json& json, std::string file, std::string path = "");

  /// A field that must be there; T is bool, an integer, double (finite), std::string, Json, a std::vector of
  /// these, or std::optional of these where null is allowed.
  template <typename T>
  T get(const std::string& name) {
    return as<T>(member(name), path_of(name));
  }

  /// A field that may be left out.
  template <typename T>
  std::optional<T> find(const std::string& name) {
    known_.push_back(name);
    if (!json_.contains(name)) return std::nullopt;
    return get<T>(name);
  }

  /// A field that is an object.
  StrictObject object(const std::string& name) { return {member(name), file_, below(name)}; }

  /// `each(StrictObject)` for every element of a list of objects.
  template <typename Each>
  void for_each(const std::string& name, Each each) {
    const Json& list = member(name);
    expect(list.is_array(), "a list", list, path_of(name));
    for (std::size_t i = 0; i < list.size(); ++i)
      each(StrictObject(list[i], file_, fmt::format("{}[{}]", below(name), i)));
  }

  /// Throws if there is a field that nobody asked for.
  void require_no_others() const;

  /// What messages begin with: the place of a field, `r.json: models[0].name`, or of the object itself.
  std::string path_of(const std::string& name) const { return file_ + ": " + below(name); }
  std::string where() const { return path_.empty() ? file_ : file_ + ": " + path_; }
  const Json& json() const { return json_; }

 private:
  const Json& member(const std::string& name);
  std::string below(const std::string& name) const { return path_.empty() ? name : path_ + "." + name; }
  static void expect(bool condition, const char* expected, const Json& got, const std::string& where);
  static double number(const Json& json, const std::string& where);
  static std::int64_t integer(const Json& json, const std::string& where);

  template <typename T>
  struct Element {};
  template <typename T>
  static T as(const Json& json, const std::string& where) {
    return convert(json, where, Element<T>());
  }
  static bool convert(const Json& json, const std::string& where, Element<bool>) {
    expect(json.is_boolean(), "true or false", json, where);
    return json.get<bool>();
  }
  static std::string convert(const Json& json, const std::string& where, Element<std::string>) {
    expect(json.is_string(), "a string", json, where);
    return json.get<std::string>();
  }
  static double convert(const Json& json, const std::string& where, Element<double>) {
    return number(json, where);
  }
  static std::int64_t convert(const Json& json, const std::string& where, Element<std::int64_t>) {
    return integer(json, where);
  }
  static std::size_t convert(const Json& json, const std::string& where, Element<std::size_t>) {
    const std::int64_t value = integer(json, where);
    expect(value >= 0, "a count", json, where);
    return static_cast<std::size_t>(value);
  }
  static Json convert(const Json& json, const std::string&, Element<Json>) { return json; }
  template <typename T>
  static std::optional<T> convert(const Json& json, const std::string& where, Element<std::optional<T>>) {
    if (json.is_null()) return std::nullopt;
    return as<T>(json, where);
  }
  template <typename T>
  static std::vector<T> convert(const Json& json, const std::string& where, Element<std::vector<T>>) {
    expect(json.is_array(), "a list", json, where);
    std::vector<T> values;
    for (std::size_t i = 0; i < json.size(); ++i)
      values.push_back(as<T>(json[i], fmt::format("{}[{}]", where, i)));
    return values;
  }

  const Json& json_;
  std::string file_, path_;
  std::vector<std::string> known_;
};

}  // namespace iiet
