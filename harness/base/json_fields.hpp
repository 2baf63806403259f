#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/base/json.hpp"

namespace iiet {

/// Throws InputError `<where>: expected <what>, got <the value, cut where it is long>` unless `condition`.
void expect_json(bool condition, const char* what, const Json& got, const std::string& where);

namespace detail {

template <typename T>
inline constexpr bool is_optional = false;
template <typename T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <typename T>
inline constexpr bool is_list = false;
template <typename T>
inline constexpr bool is_list<std::vector<T>> = true;

void read_json(const Json& json, const std::string& where, bool& value);
void read_json(const Json& json, const std::string& where, std::int64_t& value);
void read_json(const Json& json, const std::string& where, std::size_t& value);
void read_json(const Json& json, const std::string& where, double& value);
void read_json(const Json& json, const std::string& where, std::string& value);
void read_json(const Json& json, const std::string& where, Json& value);

}  // namespace detail

/// A value as bool, std::int64_t, std::size_t (0 or more), double (finite), std::string, Json, a std::vector
/// of these, or std::optional of these where null is allowed. One of another type throws InputError beginning
/// with `where`, which names the value.
template <typename T>
T json_as(const Json& json, const std::string& where) {
  T value{};
  if constexpr (detail::is_optional<T>) {
    if (!json.is_null()) value = json_as<typename T::value_type>(json, where);
  } else if constexpr (detail::is_list<T>) {
    expect_json(json.is_array(), "a list", json, where);
    for (std::size_t i = 0; i < json.size(); ++i)
      value.push_back(json_as<typename T::value_type>(json[i], fmt::format("{}[{}]", where, i)));
  } else {
    detail::read_json(json, where, value);
  }
  return value;
}

/// A member of an object of somebody else's format, whose other members may be anything. `where` names the
/// object in messages (`in.jsonl:3`); where it is empty the caller adds that. A missing member throws
/// InputError.
const Json& field(const Json& object, const char* name, const std::string& where = "");

/// The same as a T of json_as: `in.jsonl:3: field 'text': expected a string, got 5`.
template <typename T>
T field(const Json& object, const char* name, const std::string& where = "") {
  const Json& member = field(object, name, where);
  return json_as<T>(member, fmt::format("{}{}field '{}'", where, where.empty() ? "" : ": ", name));
}

/// A JSON object of a format of ours, read to the last field: one that is missing, unknown or of another type
/// throws InputError naming file and path, as in `r.json: models[0].name: is missing`.
class StrictObject {
 public:
  /// Keeps a reference to `json`. `path` leads to it from the top of the file.
  StrictObject(const Json& json, std::string file, std::string path = "");

  /// A field that must be there, as a T of json_as.
  template <typename T>
  T get(const std::string& name) {
    return json_as<T>(member(name), path_of(name));
  }

  /// A field that may be left out.
  template <typename T>
  std::optional<T> find(const std::string& name) {
    known_.push_back(name);
    if (!json_.contains(name)) return std::nullopt;
    return get<T>(name);
  }

  /// Makes it a visitor of a struct that lists its fields once: null and absent keep the default.
  template <typename T>
  void operator()(const char* name, T& value) {
    known_.push_back(name);
    if (const auto found = json_.find(name); found != json_.end() && !found->is_null())
      value = json_as<T>(*found, path_of(name));
  }

  /// A field that is an object.
  StrictObject object(const std::string& name) { return {member(name), file_, below(name)}; }

  /// `each(StrictObject)` for every element of a list of objects.
  template <typename Each>
  void for_each(const std::string& name, Each each) {
    const Json& list = member(name);
    expect_json(list.is_array(), "a list", list, path_of(name));
    for (std::size_t i = 0; i < list.size(); ++i)
      each(StrictObject(list[i], file_, fmt::format("{}[{}]", below(name), i)));
  }

  /// Throws if there is a field that nobody asked for.
  void require_no_others() const;

  /// Names asked for so far.
  const std::vector<std::string>& known() const { return known_; }

  /// What messages begin with: the place of a field, `r.json: models[0].name`, or of the object itself.
  std::string path_of(const std::string& name) const { return file_ + ": " + below(name); }
  std::string where() const { return path_.empty() ? file_ : file_ + ": " + path_; }
  const Json& json() const { return json_; }

 private:
  const Json& member(const std::string& name);
  std::string below(const std::string& name) const { return path_.empty() ? name : path_ + "." + name; }

  const Json& json_;
  std::string file_, path_;
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
