#include "harness/text/rouge/common_subsequence.hpp"

#include <algorithm>
#include <bit>

namespace iiet {
namespace {

constexpr std::size_t kBits = 64;

/// The last place below `end` whose bit is set in `word(i)`, plus 1; 0 if there is none.
template <typename Word>
std::size_t end_of_last(std::size_t end, Word word) {
  while (end > 0) {
    const std::size_t index = (end - 1) / kBits;
    const std::size_t used = end - index * kBits;  // 1 to 64
    const std::uint64_t bits = word(index) & (~std::uint64_t{0} >> (kBits - used));
    if (bits != 0) return index * kBits + static_cast<std::size_t>(std::bit_width(bits));
    end = index * kBits;
  }
  return 0;
}

}  // namespace

void CommonSubsequence::set_text(std::span<const Token> text, std::size_t tokens) {
  for (const Token token : text_) mask_of_token_[token] = 0;
  text_.assign(text.begin(), text.end());
  if (mask_of_token_.size() < tokens) mask_of_token_.resize(tokens);
  words_ = (text.size() + kBits - 1) / kBits;
  marked_.assign(words_, 0);
  masks_.assign(words_, 0);
  std::uint32_t distinct = 0;
  for (std::size_t place = 0; place < text.size(); ++place) {
    std::uint32_t& mask = mask_of_token_[text[place]];
    if (mask == 0) {
      mask = ++distinct;
      masks_.resize(masks_.size() + words_);
    }
    masks_[mask * words_ + place / kBits] |= std::uint64_t{1} << (place % kBits);
  }
}

const std::uint64_t* CommonSubsequence::places_of(Token token) const {
  return masks_.data() + mask_of_token_[token] * words_;
}

void CommonSubsequence::advance(const std::uint64_t* before, const std::uint64_t* places,
                                std::uint64_t* after) const {
  std::uint64_t carry = 0;
  for (std::size_t i = 0; i < words_; ++i) {
    const std::uint64_t row = before[i], matches = row & places[i];
    std::uint64_t sum = row + matches;
    const std::uint64_t overflow = sum < row;
    sum += carry;
    carry = overflow | (sum < carry);
    after[i] = sum | (row & ~places[i]);
  }
}

std::size_t CommonSubsequence::length(std::span<const Token> other) {
  rows_.assign(words_, ~std::uint64_t{0});
  for (const Token token : other) advance(rows_.data(), places_of(token), rows_.data());
  std::size_t zeros = 0;
  for (const std::uint64_t row : rows_) zeros += static_cast<std::size_t>(std::popcount(~row));
  return zeros;
}

void CommonSubsequence::mark(std::span<const Token> other) {
  rows_.resize((other.size() + 1) * words_);
  std::fill_n(rows_.begin(), words_, ~std::uint64_t{0});
  for (std::size_t j = 0; j < other.size(); ++j)
    advance(rows_.data() + j * words_, places_of(other[j]), rows_.data() + (j + 1) * words_);
  std::size_t end = text_.size();
  for (std::size_t j = other.size(); j > 0 && end > 0; --j) {
    // Going to a shorter A ends at an equal token, or where A's last token counts: there the value to the
    // side of the shorter `other` is the larger one.
    const std::uint64_t* places = places_of(other[j - 1]);
    const std::uint64_t* row = rows_.data() + j * words_;
    end = end_of_last(end, [&](std::size_t i) { return places[i] | ~row[i]; });
    if (end == 0) break;
    const std::size_t place = end - 1;
    if ((places[place / kBits] >> (place % kBits) & 1) == 0) continue;
    marked_[place / kBits] |= std::uint64_t{1} << (place % kBits);
    end = place;
  }
}

}  // namespace iiet
