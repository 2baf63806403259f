#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace iiet {

/// The one error type of the project: a single line that says where, what was found and what is allowed,
/// e.g. `config.json: iterations: one entry a layer (24), got 23`. Libraries throw it; only `harness/app`
/// shows it.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A mistake in what the user typed or supplied (flag, name, file content): exit code 2.
class InputError : public Error {
 public:
  using Error::Error;
};

/// The user asked to stop (Ctrl-C): work is abandoned, nothing half-written stays.
class Interrupted : public Error {
 public:
  Interrupted() : Error("interrupted") {}
};

/// Throws InputError with the formatted text unless `condition` holds.
template <typename... Args>
void require(bool condition, fmt::format_string<Args...> format, Args&&... args) {
  if (!condition) throw InputError(fmt::format(format, std::forward<Args>(args)...));
}

/// The known name closest to `name` (Levenshtein distance at most a third of its length), or "".
std::string closest_name(std::string_view name, std::span<const std::string> known);

/// `unknown <kind> 'x'; did you mean 'y'? known: a, b, c` (at most `shown` names are listed).
std::string unknown_name(std::string_view kind, std::string_view name, std::span<const std::string> known,
                         std::size_t shown = 24);

}  // namespace iiet
