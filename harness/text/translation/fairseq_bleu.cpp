#include "harness/text/translation/fairseq_bleu.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

#include <fmt/ranges.h>

#include "harness/base/error.hpp"
#include "harness/base/unicode.hpp"

namespace iiet {
namespace {

constexpr std::size_t kOrders = 4;
constexpr std::int32_t kPad = 1, kEnd = 2, kUnknown = 3;
constexpr std::int32_t kUnknownInReference = -999;  // never equal to a symbol of a hypothesis

using Symbols = std::vector<std::int32_t>;

/// Numbers of the words, in the order of their first appearance.
class SymbolTable {
 public:
  Symbols numbers(std::string_view line) {
    Symbols result;
    for_each_word(line, [&](std::string_view word) {
      const auto next = static_cast<std::int32_t>(numbers_.size());
      result.push_back(numbers_.try_emplace(std::string(word), next).first->second);
    });
    result.push_back(kEnd);
    return result;
  }

 private:
  std::unordered_map<std::string, std::int32_t> numbers_{
      {"<s>", 0}, {"<pad>", kPad}, {"</s>", kEnd}, {"<unk>", kUnknown}};
};

/// Without padding in front, then without padding and ends behind; the first symbol stays in any case.
std::span<const std::int32_t> trimmed(const Symbols& symbols) {
  const auto begin = std::find_if(symbols.begin(), symbols.end(), [](auto symbol) { return symbol != kPad; });
  auto end = symbols.end();
  while (end - begin > 1 && (*(end - 1) == kEnd || *(end - 1) == kPad)) --end;
  return {begin, end};
}

/// FNV-1a over the bytes of the symbols, lowest first, each widened with its sign.
std::uint64_t hash_of(std::span<const std::int32_t> ngram) {
  std::uint64_t hash = 14695981039346656037u;
  for (const std::int32_t symbol : ngram)
    for (int byte = 0; byte < 4; ++byte) {
      const auto value = static_cast<std::int8_t>(static_cast<std::uint32_t>(symbol) >> (8 * byte));
      hash = (hash ^ static_cast<std::uint64_t>(static_cast<std::int64_t>(value))) * 0x100000001b3u;
    }
  return hash;
}

std::size_t ngrams_in(std::size_t length, std::size_t order) {
  return length >= order ? length - order + 1 : 0;
}

std::size_t matches(std::span<const std::int32_t> hypothesis, std::span<const std::int32_t> reference,
                    std::size_t order) {
  std::unordered_map<std::uint64_t, std::size_t> left;
  for (std::size_t i = 0; i < ngrams_in(reference.size(), order); ++i)
    ++left[hash_of(reference.subspan(i, order))];
  std::size_t found = 0;
  for (std::size_t i = 0; i < ngrams_in(hypothesis.size(), order); ++i)
    if (const auto at = left.find(hash_of(hypothesis.subspan(i, order)));
        at != left.end() && at->second > 0) {
      --at->second;
      ++found;
    }
  return found;
}

/// Lines as Python reads text: CR and CRLF end them too.
std::vector<std::string_view> python_lines(std::string_view content) {
  std::vector<std::string_view> lines;
  while (!content.empty()) {
    const std::size_t end = std::min(content.find_first_of("\r\n"), content.size());
    lines.push_back(content.substr(0, end));
    content.remove_prefix(end);
    content.remove_prefix(content.starts_with("\r\n") ? 2 : std::min<std::size_t>(content.size(), 1));
  }
  return lines;
}

TokenisedBleu count(std::string_view hypotheses, std::string_view references,
                    const TokenisedBleuOptions& options) {
  TokenisedBleu sums;
  sums.matches.assign(kOrders, 0);
  sums.ngrams.assign(kOrders, 0);
  SymbolTable table;
  const auto numbers = [&](std::string_view line) {
    return table.numbers(options.lowercase ? lower(line) : std::string(line));
  };
  const auto of_hypotheses = python_lines(hypotheses), of_references = python_lines(references);
  for (std::size_t i = 0; i < std::min(of_hypotheses.size(), of_references.size()); ++i) {
    const Symbols hypothesis_line = numbers(of_hypotheses[i]);
    Symbols reference_line = numbers(of_references[i]);
    std::replace(reference_line.begin(), reference_line.end(), kUnknown, kUnknownInReference);
    const auto hypothesis = trimmed(hypothesis_line), reference = trimmed(reference_line);
    sums.hypothesis_length += hypothesis.size();
    sums.reference_length += reference.size();
    for (std::size_t n = 0; n < kOrders; ++n) {
      sums.matches[n] += matches(hypothesis, reference, n + 1);
      sums.ngrams[n] += ngrams_in(hypothesis.size(), n + 1);
    }
  }
  return sums;
}

}  // namespace

TokenisedBleu fairseq_bleu(std::string_view hypotheses, std::string_view references,
                           const TokenisedBleuOptions& options) {
  const std::int64_t order = options.max_ngram_order;
  require(order >= 1 && order <= static_cast<std::int64_t>(kOrders),
          "fairseq-score: order {}; allowed: 1 to {}", order, kOrders);
  TokenisedBleu result = count(hypotheses, references, options);
  require(result.hypothesis_length > 0, "fairseq-score: no line (the reference divides by zero)");
  double sum = 0;
  std::vector<double> percent;
  for (std::size_t n = 0; n < kOrders; ++n) {
    const auto ngrams = static_cast<double>(result.ngrams[n]);
    result.precisions.push_back(ngrams > 0 ? static_cast<double>(result.matches[n]) / ngrams : 0);
    if (n >= static_cast<std::size_t>(order)) continue;
    // log(0) is minus infinity, which makes the score 0.
    sum += std::log(result.precisions[n]);
    percent.push_back(result.precisions[n] * 100);
  }
  const auto length = static_cast<double>(result.hypothesis_length);
  const auto reference_length = static_cast<double>(result.reference_length);
  result.brevity_penalty = std::min(1.0, std::exp(1 - reference_length / length));
  result.score = result.brevity_penalty * std::exp(sum / static_cast<double>(order)) * 100;
  result.line = fmt::format("BLEU{} = {:.2f}, {:.1f} (BP={:.3f}, ratio={:.3f}, syslen={}, reflen={})", order,
                            result.score, fmt::join(percent, "/"), result.brevity_penalty,
                            length / reference_length, result.hypothesis_length, result.reference_length);
  return result;
}

}  // namespace iiet
