#pragma once

#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

namespace iiet {

/// How many values follow a flag.
enum class Takes { nothing, one, some, any };  // some: one or more

/// What a flag does with its values; throws InputError where one does not fit.
using StoreValues = std::function<void(std::span<const std::string>)>;

struct Flag {
  std::vector<std::string> names;  // `--width`, `-w`
  Takes takes;
  std::string value;  // what the help calls a value
  std::string about;
  StoreValues store;
};

/// Reads arguments as Python's argparse does, which the users of sacreBLEU rely on: single-dash flags of
/// several letters (`-sl`), a value joined to its flag (`-w4`, `--width=4`), short flags together (`-bw4`),
/// long flags cut to what is unique (`--tok`), lists of values, names wherever they stand but all in one
/// place. Underscores in long flags are read as hyphens.
class ArgumentTable {
 public:
  /// `positional` takes the words that belong to no flag.
  ArgumentTable(std::vector<Flag> flags, StoreValues positional);

  /// Throws InputError, a usage error, at the first argument that does not fit.
  void parse(std::span<const std::string> arguments) const;

  /// The flags, a line or more each.
  std::string help() const;

 private:
  struct Match;
  class Parse;

  /// The flags that a word starting with a dash may mean: one, or none if it is no flag.
  Match match(const std::string& word) const;
  const Flag* exact(const std::string& name) const;

  std::vector<Flag> flags_;
  StoreValues positional_;
};

// What the values of flags are stored in. The target must outlive the table.
StoreValues set(bool& target);
StoreValues store(std::string& target);
StoreValues store(std::vector<std::string>& target);
/// A whole number / any number, as Python reads it.
StoreValues store(long& target);
StoreValues store(double& target);
/// One of the words (each of several).
StoreValues choose(std::string& target, std::initializer_list<std::string> allowed);
StoreValues choose(std::vector<std::string>& target, std::initializer_list<std::string> allowed);

}  // namespace iiet
