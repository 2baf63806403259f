#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace iiet {

/// The Unicode normal forms of a tokenizer.json's `normalizer` (NFC, NFD, NFKC, NFKD, a Sequence of them, or
/// null).
class Normalizer {
 public:
  Normalizer() = default;
  /// Throws InputError naming the component if it is another one; `where` names the file.
  Normalizer(const nlohmann::json& description, const std::string& where);

  /// True if text is left as it is.
  bool empty() const { return forms_.empty(); }
  /// The normalised text; `text` must be valid UTF-8.
  std::string apply(std::string_view text) const;

 private:
  enum class Form { kNfc, kNfd, kNfkc, kNfkd };
  std::vector<Form> forms_;
};

}  // namespace iiet
