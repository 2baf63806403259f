#include "harness/text/translation/signature.hpp"

#include <fmt/format.h>

namespace iiet {
namespace {

std::string joined(std::span<const SignatureField> fields, std::string SignatureField::*key) {
  std::string text;
  for (const SignatureField& field : fields)
    text += fmt::format("{}{}:{}", text.empty() ? "" : "|", field.*key, field.value);
  return text;
}

}  // namespace

void ReferenceCount::add(std::size_t references) {
  if (references_ && *references_ != references) varies_ = true;
  references_ = references;
}

std::string ReferenceCount::text() const { return varies_ ? "var" : std::to_string(references_.value_or(0)); }

std::vector<SignatureField> signature_fields(const CommonSignature& common,
                                             std::span<const SignatureField> of_metric) {
  std::vector<SignatureField> fields{{"nrefs", "#", common.references}};
  const auto add = [&](const char* name, const char* short_name, const auto& value) {
    if (value) fields.push_back({name, short_name, fmt::format("{}", *value)});
  };
  add("bs", "bs", common.bootstrap);
  add("ar", "ar", common.randomisation);
  add("seed", "rs", common.seed);
  add("test", "t", common.test_set);
  add("lang", "l", common.languages);
  add("origlang", "o", common.original_language);
  add("subset", "S", common.subset);
  fields.insert(fields.end(), of_metric.begin(), of_metric.end());
  fields.push_back({"version", "v", kSacrebleuVersion});
  return fields;
}

std::string long_signature(std::span<const SignatureField> fields) {
  return joined(fields, &SignatureField::name);
}

std::string short_signature(std::span<const SignatureField> fields) {
  return joined(fields, &SignatureField::short_name);
}

}  // namespace iiet
