#include "harness/base/sha256.hpp"

#include <openssl/evp.h>

#include "harness/base/error.hpp"

namespace iiet {
namespace {

void check(int result) {
  if (result != 1) throw Error("SHA-256 is not available in this OpenSSL");
}

}  // namespace

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  static const EVP_MD* const algorithm = EVP_sha256();
  check(EVP_DigestInit_ex(state_->context, algorithm, nullptr));
}

Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes) {
  check(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()));
}

void Sha256::add(std::int64_t number) {
  std::array<char, 8> bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<char>(static_cast<std::uint64_t>(number) >> (8 * i));
  add(std::string_view(bytes.data(), bytes.size()));
}

void Sha256::add_text(std::string_view text) {
  add(static_cast<std::int64_t>(text.size()));
  add(text);
}

Sha256::Digest Sha256::digest() {
  Digest digest;
  unsigned int size = 0;
  check(EVP_DigestFinal_ex(state_->context, digest.data(), &size));
  return digest;
}

std::string Sha256::hex() {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : digest()) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace iiet
