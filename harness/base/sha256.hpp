#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace iiet {

/// SHA-256 over parts that come one after the other.
class Sha256 {
 public:
  using Digest = std::array<unsigned char, 32>;
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void add(std::string_view bytes);
  /// The number's eight bytes, the lowest first.
  void add(std::int64_t number);
  /// A text with its length before it, so that neighbours cannot be mistaken for each other.
  void add_text(std::string_view text);
  /// Ends the sum.
  Digest digest();
  /// The same in lower-case hexadecimal.
  std::string hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace iiet
