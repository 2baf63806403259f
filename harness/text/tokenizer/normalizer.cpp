#include "harness/text/tokenizer/normalizer.hpp"

#include <algorithm>
#include <limits>

#include <nlohmann/json.hpp>
#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>

#include "harness/base/error.hpp"

namespace iiet {
namespace {

icu::StringPiece icu_text(std::string_view text) {
  require(text.size() <= static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()),
          "text of {} bytes: normalisation takes at most 2 GiB", text.size());
  return {text.data(), static_cast<std::int32_t>(text.size())};
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<signed char>(c) >= 0; });
}

}  // namespace

Normalizer::Normalizer(const nlohmann::json& description, const std::string& where) {
  if (description.is_null()) return;
  const std::string type = description.value("type", "");
  if (type == "Sequence") {
    for (const auto& part : description.at("normalizers")) {
      require(part.value("type", "") != "Sequence",
              "{}: normalizer: a Sequence inside a Sequence is not supported", where);
      const Normalizer inner(part, where);
      forms_.insert(forms_.end(), inner.forms_.begin(), inner.forms_.end());
    }
    return;
  }
  const std::vector<std::pair<std::string, Form>> known = {
      {"NFC", Form::kNfc}, {"NFD", Form::kNfd}, {"NFKC", Form::kNfkc}, {"NFKD", Form::kNfkd}};
  const auto found = std::find_if(known.begin(), known.end(), [&](const auto& k) { return k.first == type; });
  require(found != known.end(),
          "{}: normalizer '{}' is not supported; supported: NFC, NFD, NFKC, NFKD, Sequence", where, type);
  forms_.push_back(found->second);
}

std::string Normalizer::apply(std::string_view text) const {
  std::string result(text);
  if (is_ascii(text)) return result;
  for (const Form form : forms_) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* normalizer = form == Form::kNfc    ? icu::Normalizer2::getNFCInstance(status)
                                         : form == Form::kNfd  ? icu::Normalizer2::getNFDInstance(status)
                                         : form == Form::kNfkc ? icu::Normalizer2::getNFKCInstance(status)
                                                               : icu::Normalizer2::getNFKDInstance(status);
    std::string normal;
    icu::StringByteSink<std::string> sink(&normal);
    if (U_SUCCESS(status)) normalizer->normalizeUTF8(0, icu_text(result), sink, nullptr, status);
    if (U_FAILURE(status)) throw Error(fmt::format("Unicode normalisation failed: {}", u_errorName(status)));
    result = std::move(normal);
  }
  return result;
}

}  // namespace iiet
