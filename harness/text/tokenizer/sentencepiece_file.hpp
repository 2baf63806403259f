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
  /// What happens to text before it is segmented.
  struct Normalizing {
    bool maps_characters = false;  // by a table
    bool adds_space_in_front = true;
    bool removes_spaces = true;  // at both ends, and all but one of a run
    bool escapes_spaces = true;  // as U+2581
    bool space_is_suffix = false;
  };
  Kind kind = Kind::kUnigram;
  std::vector<Piece> pieces;  // by id
  Normalizing normalizing;
};

/// Reads a whole model file and checks it before the library sees it, for the library aborts or reads out of
/// bounds on some damaged ones. Throws InputError with `where` in front.
SentencePieceFile read_sentencepiece_file(std::string_view content, const std::string& where);

}  // namespace iiet
