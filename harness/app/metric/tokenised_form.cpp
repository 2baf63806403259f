#include "harness/app/metric/tokenised_form.hpp"

#include <algorithm>

#include "harness/app/command.hpp"
#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "harness/base/unicode.hpp"
#include "harness/text/translation/tokenised_bleu.hpp"

namespace iiet {
namespace {

/// A file as the program reads it: bytes, or text that must be UTF-8.
std::string content_of(const std::string& path, TokenisedStyle style, const InputOptions& input) {
  std::string content = read_file(path);
  if (style == TokenisedStyle::kMultiBleu) return content;
  const std::size_t at = invalid_utf8_at(content);
  if (at == std::string_view::npos) return content;
  const auto end = content.begin() + static_cast<std::ptrdiff_t>(at);
  require(input.replace_invalid, "{}:{}: not valid UTF-8 (0x{:02x})", path,
          std::count(content.begin(), end, '\n') + 1, static_cast<unsigned char>(content[at]));
  return replace_invalid_utf8(content);
}

TokenisedStyle style_named(const std::string& name) {
  if (name == "fairseq") return TokenisedStyle::kFairseq;
  return name == "multi-bleu-detok" ? TokenisedStyle::kMultiBleuDetok : TokenisedStyle::kMultiBleu;
}

}  // namespace

int run_tokenised_bleu(const LongOptions& options) {
  const InputOptions& input = options.common.input;
  require(!input.references.empty(), "tokenised-bleu: --references is required");
  require(input.hypotheses->size() == 1, "tokenised-bleu: one system at a time, got {}",
          input.hypotheses->size());
  TokenisedBleuOptions o;
  o.style = style_named(options.style);
  o.lowercase = options.common.metric.lowercase;
  o.compound_split = options.compound_split;
  o.max_ngram_order = options.common.metric.max_ngram_order;
  const std::string hypotheses = content_of(input.hypotheses->front(), o.style, input);
  std::vector<std::string> contents;
  for (const std::string& path : input.references) contents.push_back(content_of(path, o.style, input));
  const std::vector<std::string_view> references(contents.begin(), contents.end());
  const TokenisedBleu result = tokenised_bleu(hypotheses, references, o);
  print(result.line + "\n");
  return result.exit_code;
}

}  // namespace iiet
