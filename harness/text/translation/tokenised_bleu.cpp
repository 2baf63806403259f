#include "harness/text/translation/tokenised_bleu.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include <fmt/ranges.h>

#include "harness/base/error.hpp"
#include "harness/base/unicode.hpp"
#include "harness/text/translation/bleu_tokenizer.hpp"
#include "harness/text/translation/fairseq_bleu.hpp"
#include "harness/text/translation/ngram_matcher.hpp"

namespace iiet {
namespace {

using Words = std::vector<std::string_view>;

constexpr std::size_t kNoReference = 9999;
constexpr double kLogOfZero = -9999999999.0;

/// What Perl's `\s` and `split` know in a string of bytes.
bool is_ascii_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// Lines as Perl reads them, each with its LF (but a last one may lack it).
Words perl_lines(std::string_view content) {
  Words lines;
  while (!content.empty()) {
    const std::size_t end = std::min(content.find('\n'), content.size() - 1) + 1;
    lines.push_back(content.substr(0, end));
    content.remove_prefix(end);
  }
  return lines;
}

std::string lower_ascii(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return result;
}

/// Perl's `lc`, which knows no final sigma.
std::string lower_perl(std::string_view text) { return lower(replace_all(text, "Σ", "σ")); }

/// The words of a line. They hold until the next call of the same side.
class LineWords {
 public:
  virtual ~LineWords() = default;
  virtual std::span<const std::string_view> hypothesis(std::string_view line) = 0;
  virtual std::span<const std::string_view> reference(std::string_view line) = 0;
};

class MultiBleuReader : public LineWords {
 public:
  explicit MultiBleuReader(const TokenisedBleuOptions& options) : lowercase_(options.lowercase) {}
  std::span<const std::string_view> hypothesis(std::string_view line) override { return words(line); }
  std::span<const std::string_view> reference(std::string_view line) override { return words(line); }

 private:
  std::span<const std::string_view> words(std::string_view line) {
    if (lowercase_) line = lowered_ = lower_ascii(line);
    words_.clear();
    for (auto at = line.begin(); at != line.end();) {
      const auto begin = std::find_if_not(at, line.end(), is_ascii_space);
      at = std::find_if(begin, line.end(), is_ascii_space);
      if (begin != at) words_.emplace_back(begin, at);
    }
    return words_;
  }

  bool lowercase_;
  std::string lowered_;
  Words words_;
};

/// References are tokenised and then lower-cased, hypotheses the other way round.
class DetokReader : public LineWords {
 public:
  explicit DetokReader(const TokenisedBleuOptions& options) : lowercase_(options.lowercase) {}

  std::span<const std::string_view> hypothesis(std::string_view line) override {
    line = without_last(line);
    if (lowercase_) line = lowered_ = lower_perl(line);
    return tokenizer_->tokens(line);
  }

  std::span<const std::string_view> reference(std::string_view line) override {
    const auto tokens = tokenizer_->tokens(without_last(line));
    if (!lowercase_) return tokens;
    lowered_tokens_.clear();
    for (const std::string_view token : tokens) lowered_tokens_.push_back(lower_perl(token));
    words_.assign(lowered_tokens_.begin(), lowered_tokens_.end());
    return words_;
  }

 private:
  bool lowercase_;
  std::unique_ptr<BleuTokenizer> tokenizer_ = make_perl_13a_tokenizer();
  std::string lowered_;
  std::vector<std::string> lowered_tokens_;
  Words words_;
};

/// Length of the reference closest to the hypothesis; of two that are as close, the shorter.
class ClosestLength {
 public:
  explicit ClosestLength(std::size_t hypothesis) : hypothesis_(hypothesis) {}
  void add(std::size_t length) {
    const std::size_t distance = length > hypothesis_ ? length - hypothesis_ : hypothesis_ - length;
    if (distance < distance_)
      length_ = length;
    else if (distance == distance_)
      length_ = std::min(length_, length);
    distance_ = std::min(distance_, distance);
  }
  std::size_t length() const { return length_; }

 private:
  std::size_t hypothesis_, distance_ = kNoReference, length_ = kNoReference;
};

TokenisedBleu count(std::string_view hypotheses, std::span<const std::string_view> references,
                    LineWords& reader, std::size_t orders) {
  TokenisedBleu sums;
  sums.matches.assign(orders, 0);
  sums.ngrams.assign(orders, 0);
  std::vector<Words> reference_lines;
  for (const std::string_view content : references) reference_lines.push_back(perl_lines(content));
  NgramMatcher matcher;
  std::size_t number = 0;
  for (const std::string_view line : perl_lines(hypotheses)) {
    const auto words = reader.hypothesis(line);
    const std::size_t length = words.size();
    ClosestLength closest(length);
    matcher.set_hypothesis(words);
    for (const Words& lines : reference_lines) {
      if (number >= lines.size()) continue;
      const auto of_reference = reader.reference(lines[number]);
      matcher.add_reference(of_reference);
      closest.add(of_reference.size());
    }
    const auto matches = matcher.matches(orders);
    for (std::size_t n = 0; n < orders; ++n) {
      sums.matches[n] += matches[n];
      sums.ngrams[n] += length > n ? length - n : 0;
    }
    sums.hypothesis_length += length;
    sums.reference_length += closest.length();
    ++number;
  }
  return sums;
}

TokenisedBleu multi_bleu(std::string_view hypotheses, std::span<const std::string_view> references,
                         LineWords& reader, std::size_t orders) {
  TokenisedBleu result = count(hypotheses, references, reader, orders);
  result.precisions.assign(orders, 0);
  if (result.reference_length == 0) {
    result.line = "BLEU = 0, 0/0/0/0 (BP=0, ratio=0, hyp_len=0, ref_len=0)";
    result.exit_code = 1;
    return result;
  }
  require(result.hypothesis_length > 0,
          "multi-bleu: no word in the hypotheses (the reference divides by zero)");
  const auto length = static_cast<double>(result.hypothesis_length);
  const auto reference_length = static_cast<double>(result.reference_length);
  double sum = 0;
  std::vector<double> percent;
  for (std::size_t n = 0; n < orders; ++n) {
    double& precision = result.precisions[n];
    if (result.ngrams[n] > 0)
      precision = static_cast<double>(result.matches[n]) / static_cast<double>(result.ngrams[n]);
    sum += precision == 0 ? kLogOfZero : std::log(precision);
    percent.push_back(100 * precision);
  }
  result.brevity_penalty = length < reference_length ? std::exp(1 - reference_length / length) : 1;
  result.score = 100 * (result.brevity_penalty * std::exp(sum / static_cast<double>(orders)));
  result.line = fmt::format("BLEU = {:.2f}, {:.1f} (BP={:.3f}, ratio={:.3f}, hyp_len={}, ref_len={})",
                            result.score, fmt::join(percent, "/"), result.brevity_penalty,
                            length / reference_length, result.hypothesis_length, result.reference_length);
  return result;
}

TokenisedBleu score_contents(std::string_view hypotheses, std::span<const std::string_view> references,
                             const TokenisedBleuOptions& options) {
  const auto orders = static_cast<std::size_t>(options.max_ngram_order);
  switch (options.style) {
    case TokenisedStyle::kMultiBleu: {
      MultiBleuReader reader(options);
      return multi_bleu(hypotheses, references, reader, orders);
    }
    case TokenisedStyle::kMultiBleuDetok: {
      DetokReader reader(options);
      return multi_bleu(hypotheses, references, reader, orders);
    }
    case TokenisedStyle::kFairseq:
      break;
  }
  require(references.size() == 1, "fairseq-score takes one reference, got {}", references.size());
  return fairseq_bleu(hypotheses, references.front(), options);
}

}  // namespace

std::string split_compounds(std::string_view content) {
  std::string result;
  result.reserve(content.size() + content.size() / 16);
  for (std::string_view line : perl_lines(content)) {
    if (line.ends_with('\n')) line.remove_suffix(1);
    std::size_t free = 0;  // what stands before it belongs to a split that was made
    for (std::size_t at = 0; at < line.size(); ++at) {
      const bool splits = line[at] == '-' && at > free && at + 1 < line.size() &&
                          !is_ascii_space(line[at - 1]) && !is_ascii_space(line[at + 1]);
      if (splits) {
        result.append(" ##AT##-##AT## ").push_back(line[at + 1]);
        free = ++at + 1;
      } else {
        result.push_back(line[at]);
      }
    }
    result.push_back('\n');
  }
  return result;
}

TokenisedBleu tokenised_bleu(std::string_view hypotheses, std::span<const std::string_view> references,
                             const TokenisedBleuOptions& options) {
  require(!references.empty(), "tokenised-bleu: no reference is given");
  require(options.max_ngram_order >= 1 && options.max_ngram_order <= 99,
          "tokenised-bleu: order of n-grams {}; allowed: 1 to 99", options.max_ngram_order);
  if (!options.compound_split) return score_contents(hypotheses, references, options);
  std::vector<std::string> split;
  for (const std::string_view content : references) split.push_back(split_compounds(content));
  const std::vector<std::string_view> views(split.begin(), split.end());
  return score_contents(split_compounds(hypotheses), views, options);
}

}  // namespace iiet
