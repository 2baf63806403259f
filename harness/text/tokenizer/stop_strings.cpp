#include "harness/text/tokenizer/stop_strings.hpp"

#include <algorithm>

#include "harness/base/error.hpp"

namespace iiet {

// A token of text adds at least one byte, so a stop string of n bytes that the last token completes lies in
// the last n tokens. One more keeps it off the window's beginning, where SentencePiece drops a space; one
// more is for a special token in between.
StopStrings::StopStrings(const Tokenizer& tokenizer, std::vector<std::string> stops)
    : tokenizer_(tokenizer), stops_(std::move(stops)) {
  for (const std::string& stop : stops_) {
    require(!stop.empty(), "a stop string must not be empty");
    window_ = std::max(window_, stop.size() + 2);
  }
}

bool StopStrings::completed_by_last(std::span<const TokenId> generated) const {
  if (stops_.empty() || generated.empty() || generated.back() >= tokenizer_.size()) return false;
  if (tokenizer_.is_special(generated.back()) &&
      std::count(stops_.begin(), stops_.end(), tokenizer_.piece(generated.back())) > 0)
    return true;  // SentencePiece decodes special tokens to nothing
  std::vector<TokenId> tail(
      generated.begin() + static_cast<std::ptrdiff_t>(generated.size() - std::min(window_, generated.size())),
      generated.end());
  std::erase_if(tail, [&](TokenId id) { return id >= tokenizer_.size(); });
  const std::string text = tokenizer_.decode(tail);
  return std::any_of(stops_.begin(), stops_.end(),
                     [&](const std::string& stop) { return text.find(stop) != std::string::npos; });
}

std::string StopStrings::cut(std::string text) const {
  for (const std::string& stop : stops_) text.resize(std::min(text.find(stop), text.size()));
  return text;
}

}  // namespace iiet
