#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/text/rouge/rouge_overlap.hpp"
#include "harness/text/rouge/rouge_tokens.hpp"

namespace iiet {

/// Precision, recall and their harmonic mean, 0 to 1.
struct RougeScore {
  double precision = 0, recall = 0, fmeasure = 0;
  bool operator==(const RougeScore&) const = default;
};

/// One of rouge_score's metrics: `rouge1` to `rouge9` (common n-grams), `rougeL` (longest common subsequence
/// of the whole texts), `rougeLsum` (the same over lines, summed).
struct RougeType {
  enum class Kind { kNgram, kLongest, kLines } kind = Kind::kNgram;
  std::size_t order = 1;  // of n-grams; 1 for the other kinds
  bool operator==(const RougeType&) const = default;
};

/// `rouge1` … `rouge9`, `rougeL`, `rougeLsum`.
std::span<const std::string> rouge_type_names();
/// Throws InputError where `name` is none of `rouge_type_names`.
RougeType rouge_type(std::string_view name);
std::string to_string(const RougeType& type);

/// rouge_score 0.1.2, to the last bit. Not safe from several threads; make one a thread.
class RougeScorer {
 public:
  /// Throws InputError where there is no type.
  RougeScorer(std::vector<RougeType> types, RougeStemming stemming);

  const std::vector<RougeType>& types() const { return types_; }

  /// One score a type, in the order of `types`. Texts are valid UTF-8; sentences are lines.
  std::vector<RougeScore> score(std::string_view target, std::string_view prediction);

  /// The same against several targets: for each type on its own the score of the target with the highest
  /// F-measure, of the first one where several have it. Throws InputError where there is no target.
  std::vector<RougeScore> score_multi(std::span<const std::string_view> targets, std::string_view prediction);

 private:
  std::vector<RougeScore> score(const RougeText& target, const RougeText& prediction);

  std::vector<RougeType> types_;
  std::size_t orders_ = 0;  // the largest among the types of n-grams
  RougeTokenizer tokenizer_;
  RougeCounter counter_;
};

}  // namespace iiet
