#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace iiet {

/// Whether `content` begins as a SentencePiece model does.
bool looks_like_sentencepiece(std::string_view content);

/// What a SentencePiece model (a protocol buffer) says about itself.
struct SentencePieceFile {
  enum class Kind { kUnigram, kBpe, kWord, kCharacters };
  enum class Type { kNormal, kUnknown, kControl, kUserDefined, kUnused, kByte };
  struct Piece {
    std::string text;
    float score = 0;
    Type type = Type::kNormal;
  };
  Kind kind = Kind::kUnigram;
  std::vector<Piece> pieces;  // by id
};

/// Reads a whole model file and checks it before the library sees it, for the library aborts or reads out of
/// bounds on some damaged ones. Throws InputError with `where` in front.
SentencePieceFile read_sentencepiece_file(std::string_view content, const std::string& where);

}  // namespace iiet
