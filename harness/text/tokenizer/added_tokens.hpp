#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/text/tokenizer/tokenizer.hpp"

namespace iiet {

/// A token that is cut out of the text before the model sees it (`added_tokens` of a tokenizer.json).
struct AddedToken {
  TokenId id = 0;
  std::string content;
  bool single_word = false;   // only where no word character stands next to it
  bool strips_left = false;   // takes the white space before it along
  bool strips_right = false;  // takes the white space after it along
  bool normalized = false;    // looked for in the normalised text
  bool special = false;       // no text: left out of answers
};

/// Finds added tokens: leftmost first, the longest of those that begin there. Const and safe from several
/// threads.
class AddedTokens {
 public:
  AddedTokens() = default;
  explicit AddedTokens(std::vector<AddedToken> tokens);

  /// A piece of text, or a token that stands in its place.
  struct Section {
    std::string_view text;
    std::optional<TokenId> token;
  };

  /// The sections of `text` (valid UTF-8) in order.
  std::vector<Section> split(std::string_view text) const;

 private:
  struct Match {
    std::size_t begin, end;
    const AddedToken* token;  // null: none
  };
  struct Node {
    std::vector<std::pair<unsigned char, std::uint32_t>> children;
    std::int32_t token = -1;
  };

  std::optional<std::uint32_t> child(std::uint32_t node, char c) const;
  Match next_match(std::string_view text, std::size_t from) const;

  std::vector<AddedToken> tokens_;
  std::vector<Node> nodes_;
  std::vector<bool> begins_ = std::vector<bool>(256, false);
};

}  // namespace iiet
