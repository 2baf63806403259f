#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/error.hpp"

namespace iiet {

/// What registers itself at start-up: entries of type T (with a `name`), sorted by name, unique.
/// T says what it is called in messages by a specialisation of `kind_of`.
template <typename T>
constexpr std::string_view kind_of = "entry";

template <typename T>
class Registry {
 public:
  /// Adds one entry; two of the same name are a mistake of ours.
  static void add(T entry) {
    auto& all = entries();
    const auto at = std::lower_bound(all.begin(), all.end(), entry,
                                     [](const T& a, const T& b) { return a.name < b.name; });
    if (at != all.end() && at->name == entry.name)
      throw Error(fmt::format("{} '{}' is registered twice", kind_of<T>, entry.name));
    all.insert(at, std::move(entry));
  }

  static const std::vector<T>& all() { return entries(); }

  static std::vector<std::string> names() {
    std::vector<std::string> result;
    for (const T& entry : entries()) result.push_back(entry.name);
    return result;
  }

  static const T* find(std::string_view name) {
    for (const T& entry : entries())
      if (entry.name == name) return &entry;
    return nullptr;
  }

  /// The entry of that name; throws InputError with a suggestion otherwise.
  static const T& get(std::string_view name) {
    if (const T* entry = find(name)) return *entry;
    const auto known = names();
    throw InputError(unknown_name(kind_of<T>, name, known));
  }

 private:
  static std::vector<T>& entries() {
    static std::vector<T> all;
    return all;
  }
};

/// Declared at namespace scope of the file that holds the entry: `const Registrar<Task> registered{{…}};`.
template <typename T>
struct Registrar {
  explicit Registrar(T entry) { Registry<T>::add(std::move(entry)); }
};

}  // namespace iiet
