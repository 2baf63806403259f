#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/text/translation/corpus_metric.hpp"

namespace iiet {

/// The sacreBLEU whose digits and signatures ours are.
inline constexpr const char* kSacrebleuVersion = "2.6.0";

/// How many references the segments have, as a signature tells it.
class ReferenceCount {
 public:
  void add(std::size_t references);
  /// The number if it is the same for all segments, else `var`.
  std::string text() const;

 private:
  std::optional<std::size_t> references_;
  bool varies_ = false;
};

/// The fields that every metric's signature has; what is absent is left out.
struct CommonSignature {
  std::string references;                          // nrefs
  std::optional<std::int64_t> bootstrap = {};      // bs: resamples
  std::optional<std::int64_t> randomisation = {};  // ar: trials
  std::optional<std::string> seed = {};            // a number or `none`
  std::optional<std::string> test_set = {}, languages = {}, original_language = {}, subset = {};
};

/// All fields in sacreBLEU's order: the common ones, those of the metric, the version.
std::vector<SignatureField> signature_fields(const CommonSignature& common,
                                             std::span<const SignatureField> of_metric);

/// `nrefs:1|case:mixed|…|version:2.6.0`.
std::string long_signature(std::span<const SignatureField> fields);

/// `#:1|c:mixed|…|v:2.6.0`.
std::string short_signature(std::span<const SignatureField> fields);

}  // namespace iiet
