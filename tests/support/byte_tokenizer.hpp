#pragma once

#include <string>

#include "harness/text/tokenizer/tokenizer.hpp"

namespace iiet::test {

/// One token a byte, 1 is BOS: enough of a tokenizer for random requests.
class ByteTokenizer : public Tokenizer {
 public:
  explicit ByteTokenizer(bool adds_bos, const std::string& fingerprint = "bytes") {
    special_.bos = 1;
    special_.adds_bos = adds_bos;
    fingerprint_ = fingerprint;
  }
  std::vector<TokenId> encode(std::string_view text) const override {
    std::vector<TokenId> ids;
    for (const char c : text) ids.push_back(2 + static_cast<unsigned char>(c) % 95);
    return ids;
  }
  std::string decode(std::span<const TokenId> ids) const override {
    std::string text;
    for (const TokenId id : ids) text += static_cast<char>(' ' + id % 95);
    return text;
  }
  std::string piece(TokenId id) const override { return id == 1 ? "<bos>" : "x"; }
  std::vector<std::string> pieces(std::string_view text) const override {
    return std::vector<std::string>(text.size(), "x");
  }
  TokenId size() const override { return 97; }
};

}  // namespace iiet::test
