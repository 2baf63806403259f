#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace iiet {

/// Longest common subsequences of a fixed text A with others, 64 cells of the table at a time (Hyyrö,
/// "Bit-parallel LCS-length computation revisited", 2004). Tokens are small numbers. Not safe from several
/// threads.
class CommonSubsequence {
 public:
  using Token = std::uint32_t;

  /// Fixes A. Tokens of A and of the texts compared with it are below `tokens`.
  void set_text(std::span<const Token> text, std::size_t tokens);

  /// Length of a longest common subsequence of A and `other`.
  std::size_t length(std::span<const Token> other);

  /// Marks the places in A of one longest common subsequence with `other`: the one that is read from the end
  /// of the table of lengths, where equal tokens are taken, else the last token of `other` is dropped if that
  /// leaves the larger length, else that of A.
  void mark(std::span<const Token> other);
  /// Whether a place of A was marked since `set_text`.
  bool is_marked(std::size_t place) const { return (marked_[place / 64] >> (place % 64) & 1) != 0; }

 private:
  const std::uint64_t* places_of(Token token) const;
  void advance(const std::uint64_t* before, const std::uint64_t* places, std::uint64_t* after) const;

  std::size_t words_ = 0;  // of 64 places
  std::vector<Token> text_;
  std::vector<std::uint32_t> mask_of_token_;  // 0: not in A
  std::vector<std::uint64_t> masks_;  // one row a distinct token of A: where it stands; row 0 is empty
  std::vector<std::uint64_t> rows_;   // row j: 0 where A[0..i] gains a token over A[0..i-1] in other[0..j]
  std::vector<std::uint64_t> marked_;
};

}  // namespace iiet
