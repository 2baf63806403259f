#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "harness/text/tokenizer/split_pattern.hpp"

namespace iiet {

/// Words in order. They point into the text that was split, or into `own` where a space was put in front.
struct Words {
  std::vector<std::string_view> words;
  std::deque<std::string> own;
};

/// The `pre_tokenizer` of a byte-level tokenizer.json: any of Digits and Split, then ByteLevel. Const and
/// safe from several threads.
class PreTokenizer {
 public:
  /// Throws InputError naming the component if it is another one; `where` names the file.
  PreTokenizer(const nlohmann::json& description, const std::string& where);

  /// GPT-2's words: its pattern, with a space put in front of the text if `prefix` says so.
  enum class Prefix { kNone, kSpace };
  PreTokenizer(Prefix prefix, const std::string& where);

  /// The words of `text`, which must be valid UTF-8.
  Words split(std::string_view text) const;

 private:
  /// What becomes of a match and of what stands between matches.
  enum class Behavior { kRemoved, kIsolated, kMergedWithPrevious, kMergedWithNext, kContiguous };
  struct Split {
    SplitPattern pattern;
    Behavior behavior;
    bool inverted;
  };

  void add(const nlohmann::json& description, const std::string& where);
  void add_byte_level(const nlohmann::json& description, const std::string& where);
  static Split read_split(const nlohmann::json& description, const std::string& where);
  static Behavior read_behavior(const std::string& name, const std::string& where);
  static std::vector<std::string_view> apply(const Split& split, std::string_view text);

  std::vector<Split> before_;        // what comes before ByteLevel
  std::optional<Split> byte_level_;  // ByteLevel's own pattern, if it uses one
  Prefix prefix_ = Prefix::kNone;
  bool has_byte_level_ = false;
};

}  // namespace iiet
