#pragma once

#include <filesystem>
#include <memory>

#include "harness/text/tokenizer/tokenizer.hpp"

namespace iiet {

/// The two languages of a translation model's vocabulary.
enum class MarianSide { kSource, kTarget };

/// Opens an OPUS-MT folder: `source.spm` or `target.spm` cuts a text into pieces, `vocab.json` numbers the
/// pieces of both. A piece that is not in it is `<unk>`; the spelling of `</s>`, `<unk>` or `<pad>` inside a
/// text is that token. Decoding leaves these out and trims. Throws InputError naming the file and what is
/// wrong with it.
std::unique_ptr<Tokenizer> load_marian_tokenizer(const std::filesystem::path& folder, MarianSide side);

/// True if the folder holds the three files.
bool is_marian_folder(const std::filesystem::path& folder);

}  // namespace iiet
