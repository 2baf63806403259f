#include "harness/text/translation/ter.hpp"

#include <algorithm>

#include "harness/base/error.hpp"
#include "harness/base/unicode.hpp"

namespace iiet {
namespace {

std::vector<std::uint32_t> numbered(std::string_view text, Interner& words) {
  std::vector<std::uint32_t> numbers;
  for_each_word(text, [&](std::string_view word) { numbers.push_back(words.add(word)); });
  return numbers;
}

const char* yes_no(bool value) { return value ? "yes" : "no"; }

/// The reference program tokenises references twice, hypotheses once. It shows where the first pass makes
/// what the second splits: `Nima's,` becomes `nima's ,` and then `nima 's ,`.
std::string tokenized_reference(std::string_view text, const TercomOptions& options) {
  std::string once = tercom_tokenized(text, options);
  return options.normalized ? tercom_tokenized(once, options) : once;
}

/// Edits over length; all the same where there is no length to divide by.
template <typename Number>
double rate(std::span<const Number> sums) {
  if (sums[1] > 0) return 100 * static_cast<double>(sums[0] / sums[1]);
  return sums[0] > 0 ? 100 : 0;
}

}  // namespace

std::vector<double> Ter::segment(std::string_view hypothesis, std::span<const std::string_view> references) {
  require(!references.empty(), "TER: a segment without a reference");
  std::vector<std::string> texts{tercom_tokenized(hypothesis, options_)};
  for (const std::string_view reference : references)
    texts.push_back(tokenized_reference(reference, options_));
  words_.clear();
  hypothesis_ = numbered(texts.front(), words_);
  std::size_t fewest = 0, length = 0;
  for (std::size_t i = 1; i < texts.size(); ++i) {
    reference_ = numbered(texts[i], words_);
    const std::size_t edits = edits_.fewest(hypothesis_, reference_);
    fewest = i == 1 ? edits : std::min(fewest, edits);
    length += reference_.size();
  }
  return {static_cast<double>(fewest), static_cast<double>(length) / static_cast<double>(references.size())};
}

double Ter::score(std::span<const double> sums) const { return rate(sums); }

double Ter::resampled_score(std::span<const float> sums) const { return rate(sums); }

std::vector<SignatureField> Ter::signature() const {
  return {{"case", "c", options_.case_sensitive ? "mixed" : "lc"},
          {"tok", "t", "tercom"},
          {"norm", "nr", yes_no(options_.normalized)},
          {"punct", "pn", yes_no(!options_.no_punct)},
          {"asian", "as", yes_no(options_.asian_support)}};
}

}  // namespace iiet
