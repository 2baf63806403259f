#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "harness/text/tokenizer/special_tokens.hpp"
#include "harness/text/tokenizer/tokenizer.hpp"

namespace iiet {

/// Opens a SentencePiece model; `content` is the file's. Text that is not valid UTF-8 is read with U+FFFD in
/// place of what is not. BOS is put in front of text by default if the model has one, unless `settings` or
/// the tokenizer.json in `folder` (empty: none) say otherwise. Throws InputError naming `path` if the model
/// is damaged.
std::unique_ptr<Tokenizer> open_sentencepiece(const std::filesystem::path& path, const std::string& content,
                                              const TokenizerSettings& settings);

}  // namespace iiet
