#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace iiet {

/// A tokeniser of sacreBLEU (`--tokenize`): none, 13a, intl, zh, char, and the SentencePiece ones. Keeps
/// scratch space, so one a thread.
class BleuTokenizer {
 public:
  virtual ~BleuTokenizer() = default;

  /// The tokens of a line (valid UTF-8), whose white space at the end does not count. They hold until the
  /// next call, and no longer than `line`.
  virtual std::span<const std::string_view> tokens(std::string_view line) = 0;
};

/// The tokeniser of that name. `sentencepiece_model` is the model file that spm, flores101, flores200 and
/// spBLEU-1K segment with; the others do not look at it. Throws InputError where the name is not known, needs
/// MeCab, or needs a model that is not given.
std::unique_ptr<BleuTokenizer> make_bleu_tokenizer(std::string_view name,
                                                   const std::filesystem::path& sentencepiece_model);

/// 13a as multi-bleu-detok.perl has it.
std::unique_ptr<BleuTokenizer> make_perl_13a_tokenizer();

/// What a signature calls the tokeniser: `spm` is `flores101`, the others are called by their name.
std::string bleu_tokenizer_signature(std::string_view name);

/// The names that make_bleu_tokenizer knows.
std::vector<std::string> bleu_tokenizer_names();

}  // namespace iiet
