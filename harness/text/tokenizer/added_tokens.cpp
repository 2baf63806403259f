#include "harness/text/tokenizer/added_tokens.hpp"

#include <algorithm>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace iiet {
namespace {

/// What \w means in Rust's regular expressions.
bool is_word(UChar32 c) {
  constexpr std::uint32_t categories = U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK;
  return c >= 0 && (u_hasBinaryProperty(c, UCHAR_ALPHABETIC) || (U_GET_GC_MASK(c) & categories) != 0 ||
                    u_hasBinaryProperty(c, UCHAR_JOIN_CONTROL));
}

UChar32 first_character(std::string_view text, std::size_t& length) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::int32_t at = 0;
  UChar32 c = 0;
  U8_NEXT(bytes, at, static_cast<std::int32_t>(std::min<std::size_t>(text.size(), 4)), c);
  length = static_cast<std::size_t>(at);
  return c;
}

UChar32 last_character(std::string_view text, std::size_t& length) {
  const std::string_view window = text.substr(text.size() - std::min<std::size_t>(text.size(), 4));
  const auto* bytes = reinterpret_cast<const unsigned char*>(window.data());
  auto at = static_cast<std::int32_t>(window.size());
  UChar32 c = 0;
  U8_PREV(bytes, 0, at, c);
  length = window.size() - static_cast<std::size_t>(at);
  return c;
}

bool stands_alone(std::string_view text, std::size_t begin, std::size_t end) {
  std::size_t length = 0;
  if (begin > 0 && is_word(last_character(text.substr(0, begin), length))) return false;
  return end == text.size() || !is_word(first_character(text.substr(end), length));
}

std::size_t white_space_at_end(std::string_view text) {
  std::size_t total = 0;
  for (std::size_t length = 0; total < text.size(); total += length)
    if (!u_isUWhiteSpace(last_character(text.substr(0, text.size() - total), length))) break;
  return total;
}

std::size_t white_space_at_start(std::string_view text) {
  std::size_t total = 0;
  for (std::size_t length = 0; total < text.size(); total += length)
    if (!u_isUWhiteSpace(first_character(text.substr(total), length))) break;
  return total;
}

}  // namespace

AddedTokens::AddedTokens(std::vector<AddedToken> tokens) : tokens_(std::move(tokens)) {
  nodes_.emplace_back();
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    if (tokens_[i].content.empty()) continue;
    std::uint32_t node = 0;
    for (const char c : tokens_[i].content) {
      if (const auto next = child(node, c)) {
        node = *next;
        continue;
      }
      const auto made = static_cast<std::uint32_t>(nodes_.size());
      nodes_.emplace_back();
      nodes_[node].children.emplace_back(static_cast<unsigned char>(c), made);
      node = made;
    }
    nodes_[node].token = static_cast<std::int32_t>(i);
    begins_[static_cast<unsigned char>(tokens_[i].content.front())] = true;
  }
}

std::optional<std::uint32_t> AddedTokens::child(std::uint32_t node, char c) const {
  for (const auto& [byte, next] : nodes_[node].children)
    if (byte == static_cast<unsigned char>(c)) return next;
  return std::nullopt;
}

AddedTokens::Match AddedTokens::next_match(std::string_view text, std::size_t from) const {
  for (std::size_t begin = from; begin < text.size(); ++begin) {
    if (!begins_[static_cast<unsigned char>(text[begin])]) continue;
    Match longest{begin, begin, nullptr};
    std::uint32_t node = 0;
    for (std::size_t end = begin; end < text.size();) {
      const auto next = child(node, text[end]);
      if (!next) break;
      node = *next;
      ++end;
      if (nodes_[node].token >= 0)
        longest = {begin, end, &tokens_[static_cast<std::size_t>(nodes_[node].token)]};
    }
    if (longest.token) return longest;
  }
  return {text.size(), text.size(), nullptr};
}

std::vector<AddedTokens::Section> AddedTokens::split(std::string_view text) const {
  if (tokens_.empty()) return {{text, std::nullopt}};
  std::vector<Section> sections;
  std::size_t done = 0;
  for (std::size_t from = 0; from < text.size();) {
    auto [begin, end, token] = next_match(text, from);
    if (!token) break;
    from = end;
    // A token that an earlier one's stripping has reached into is gone.
    if (begin < done || (token->single_word && !stands_alone(text, begin, end))) continue;
    if (token->strips_left) begin -= white_space_at_end(text.substr(done, begin - done));
    if (token->strips_right) end += white_space_at_start(text.substr(end));
    if (begin > done) sections.push_back({text.substr(done, begin - done), std::nullopt});
    sections.push_back({{}, token->id});
    done = end;
  }
  if (done < text.size()) sections.push_back({text.substr(done), std::nullopt});
  return sections;
}

}  // namespace iiet
