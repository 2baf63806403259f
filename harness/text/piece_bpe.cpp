#include "harness/text/piece_bpe.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "harness/base/unicode.hpp"

namespace iiet {
namespace {

using Type = SentencePieceFile::Type;

constexpr std::string_view kSpace = "\u2581";

std::size_t character_length(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

/// Offset of the next word: of a space mark that follows something else.
std::size_t next_word(std::string_view text) {
  std::size_t at = 0;
  while (text.substr(at).starts_with(kSpace)) at += kSpace.size();
  return std::min(text.find(kSpace, at), text.size());
}

bool is_of_this_kind(const SentencePieceFile& file) {
  const auto& normalizing = file.normalizing;
  if (file.kind != SentencePieceFile::Kind::kBpe || normalizing.maps_characters ||
      normalizing.removes_spaces || !normalizing.escapes_spaces || normalizing.space_is_suffix)
    return false;
  return std::all_of(file.pieces.begin(), file.pieces.end(), [](const SentencePieceFile::Piece& piece) {
    if (invalid_utf8_at(piece.text) != std::string::npos) return false;
    if (piece.type == Type::kNormal) return next_word(piece.text) == piece.text.size();
    // Pieces of other types are no parts of text, unless one is a character.
    return piece.type != Type::kUserDefined && piece.type != Type::kUnused &&
           character_length(piece.text.front()) < piece.text.size();
  });
}

}  // namespace

std::optional<PieceBpe> PieceBpe::from(const SentencePieceFile& file) {
  if (!is_of_this_kind(file)) return std::nullopt;
  PieceBpe bpe;
  bpe.adds_space_in_front_ = file.normalizing.adds_space_in_front;
  std::map<std::string, TokenId> bytes;
  for (std::size_t i = 0; i < file.pieces.size(); ++i) {
    const auto& piece = file.pieces[i];
    const auto id = static_cast<TokenId>(i);
    if (piece.type == Type::kUnknown) bpe.unknown_ = id;
    if (piece.type == Type::kByte) bytes[piece.text] = id;
    if (piece.type == Type::kNormal && character_length(piece.text.front()) == piece.text.size())
      bpe.characters_[piece.text] = id;
  }
  for (int byte = 0; byte < 256 && !bytes.empty(); ++byte) {
    const auto found = bytes.find(fmt::format("<0x{:02X}>", byte));
    if (found == bytes.end()) return std::nullopt;
    bpe.byte_ids_.push_back(found->second);
  }
  if (!bpe.characters_.contains(std::string(kSpace)) || !bpe.read_merges(file)) return std::nullopt;
  return bpe;
}

/// Every way to put a piece together is a merge; the piece's score is its rank. False if a piece has a
/// character that is no piece itself.
bool PieceBpe::read_merges(const SentencePieceFile& file) {
  std::unordered_map<std::string_view, TokenId> ids;
  std::vector<float> scores;
  for (std::size_t i = 0; i < file.pieces.size(); ++i) {
    if (file.pieces[i].type != Type::kNormal) continue;
    ids[file.pieces[i].text] = static_cast<TokenId>(i);
    scores.push_back(file.pieces[i].score);
  }
  std::sort(scores.begin(), scores.end(), std::greater<>());
  scores.erase(std::unique(scores.begin(), scores.end()), scores.end());
  std::vector<MergeTable::Merge> merges;
  for (const auto& [text, id] : ids) {
    const float score = file.pieces[static_cast<std::size_t>(id)].score;
    const auto rank =
        std::lower_bound(scores.begin(), scores.end(), score, std::greater<>()) - scores.begin();
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t length = character_length(text[at]);
      if (!ids.contains(text.substr(at, length))) return false;
      const auto left = ids.find(text.substr(0, at)), right = ids.find(text.substr(at));
      if (at > 0 && left != ids.end() && right != ids.end())
        merges.push_back({left->second, right->second, static_cast<std::int32_t>(rank), id});
      at += length;
    }
  }
  merges_ = MergeTable(merges);
  return true;
}

std::vector<TokenId> PieceBpe::encode(std::string_view text) const {
  std::vector<TokenId> ids;
  if (text.empty()) return ids;
  std::string marked;
  marked.reserve(text.size() + text.size() / 2);
  if (adds_space_in_front_) marked += kSpace;
  for (const char c : text) {
    if (c == ' ')
      marked += kSpace;
    else
      marked += c;
  }
  ids.reserve(text.size() / 3 + 1);
  for (std::string_view rest = marked; !rest.empty();) {
    const std::string_view word = rest.substr(0, next_word(rest));
    rest.remove_prefix(word.size());
    if (cache_->append(word, ids)) continue;
    const std::vector<TokenId> found = encode_word(word);
    ids.insert(ids.end(), found.begin(), found.end());
    cache_->remember(word, found);
  }
  return ids;
}

std::vector<TokenId> PieceBpe::encode_word(std::string_view word) const {
  std::vector<TokenId> symbols;
  for (std::size_t at = 0; at < word.size();) {
    const std::string_view character = word.substr(at, character_length(word[at]));
    at += character.size();
    if (const auto known = characters_.find(std::string(character)); known != characters_.end())
      symbols.push_back(known->second);
    else if (!byte_ids_.empty())
      for (const char byte : character) symbols.push_back(byte_ids_[static_cast<unsigned char>(byte)]);
    else if (symbols.empty() || symbols.back() != unknown_)
      symbols.push_back(unknown_);
  }
  return merges_.apply(std::move(symbols));
}

}  // namespace iiet
