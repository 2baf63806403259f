#include "harness/text/tokenizer/sentencepiece.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include <sentencepiece_processor.h>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "harness/base/unicode.hpp"
#include "harness/text/tokenizer/sentencepiece_file.hpp"
#include "harness/text/tokenizer/unigram.hpp"

namespace iiet {
namespace {

namespace fs = std::filesystem;
using Type = SentencePieceFile::Type;

void check(const sentencepiece::util::Status& status, const std::string& what) {
  if (!status.ok()) throw InputError(fmt::format("{}: {}", what, replace_invalid_utf8(status.message())));
}

std::optional<TokenId> id_or_nothing(int id) { return id < 0 ? std::nullopt : std::optional<TokenId>(id); }

/// Unigram models are segmented by our own Viterbi search on the text that the library normalised.
std::optional<Unigram> make_unigram(const SentencePieceFile& file) {
  if (file.kind != SentencePieceFile::Kind::kUnigram) return std::nullopt;
  std::vector<Unigram::Piece> pieces;
  TokenId unknown = 0;
  for (std::size_t i = 0; i < file.pieces.size(); ++i) {
    const auto& piece = file.pieces[i];
    const auto id = static_cast<TokenId>(i);
    if (piece.type == Type::kUnknown) unknown = id;
    if (piece.type == Type::kNormal || piece.type == Type::kUserDefined)
      pieces.push_back({piece.text, id, piece.score, piece.type == Type::kUserDefined});
  }
  return Unigram(pieces, unknown);
}

class SentencePiece : public Tokenizer {
 public:
  SentencePiece(const fs::path& path, const std::string& content, const TokenizerSettings& settings);

  std::vector<TokenId> encode(std::string_view text) const override;
  std::vector<std::string> pieces(std::string_view text) const override;
  std::string decode(std::span<const TokenId> ids) const override;
  std::string piece(TokenId id) const override;
  TokenId size() const override { return processor_.GetPieceSize(); }

 private:
  struct Encoded {
    std::vector<TokenId> ids;
    std::vector<std::string> pieces;
  };

  std::optional<TokenId> find(const std::string& piece) const;
  void check_id(TokenId id) const;
  std::string normalized(std::string_view text) const;
  Encoded encode_unigram(std::string_view text) const;

  sentencepiece::SentencePieceProcessor processor_;
  std::optional<Unigram> unigram_;
  std::vector<TokenId> byte_ids_;  // of the 256 byte pieces, where the model has them
};

SentencePiece::SentencePiece(const fs::path& path, const std::string& content,
                             const TokenizerSettings& settings) {
  const std::string where = path.string();
  const SentencePieceFile file = read_sentencepiece_file(content, where);
  check(processor_.LoadFromSerializedProto(content), where);
  unigram_ = make_unigram(file);
  if (std::any_of(file.pieces.begin(), file.pieces.end(),
                  [](const auto& p) { return p.type == Type::kByte; }))
    for (int byte = 0; byte < 256; ++byte) {
      const auto id = find(fmt::format("<0x{:02X}>", byte));
      require(id.has_value(), "{}: damaged: the piece of byte {} is missing", where, byte);
      byte_ids_.push_back(*id);
    }
  OwnSpecialTokens own;
  own.tokens.bos = id_or_nothing(processor_.bos_id());
  own.tokens.eos = id_or_nothing(processor_.eos_id());
  own.tokens.unk = id_or_nothing(processor_.unk_id());
  own.tokens.pad = id_or_nothing(processor_.pad_id());
  own.tokens.adds_bos = own.tokens.bos.has_value();
  own.find = [this](const std::string& text) { return find(text); };
  own.size = size();
  special_ = resolve_special_tokens(settings, own);
  fingerprint_ = sha256(content);
}

std::optional<TokenId> SentencePiece::find(const std::string& piece) const {
  const int id = processor_.PieceToId(piece);
  // The library answers with the unknown piece for text that it does not know.
  if (id < 0 || processor_.IdToPiece(id) != piece) return std::nullopt;
  return id;
}

void SentencePiece::check_id(TokenId id) const {
  require(id >= 0 && id < size(), "token id {} is not in the vocabulary; allowed: 0 to {}", id, size() - 1);
}

/// The text as the library's normaliser leaves it: what the pieces of any segmentation add up to.
std::string SentencePiece::normalized(std::string_view text) const {
  std::vector<std::string> pieces;
  check(processor_.Encode(text, &pieces), "encoding failed");
  std::string result;
  for (const std::string& piece : pieces) {
    const auto byte = byte_ids_.empty()
                          ? byte_ids_.end()
                          : std::find(byte_ids_.begin(), byte_ids_.end(), processor_.PieceToId(piece));
    if (byte == byte_ids_.end())
      result += piece;
    else
      result += static_cast<char>(byte - byte_ids_.begin());
  }
  return result;
}

SentencePiece::Encoded SentencePiece::encode_unigram(std::string_view text) const {
  Encoded encoded;
  const std::string normal = normalized(text);
  bool after_unknown = false;
  for (const auto& [segment, id] : unigram_->segment(normal)) {
    const bool unknown = id == processor_.unk_id();
    if (unknown && !byte_ids_.empty()) {
      for (const char c : segment) {
        encoded.ids.push_back(byte_ids_[static_cast<unsigned char>(c)]);
        encoded.pieces.push_back(processor_.IdToPiece(encoded.ids.back()));
      }
    } else if (unknown && after_unknown) {
      encoded.pieces.back() += segment;  // a run of unknown characters is one piece
    } else {
      encoded.ids.push_back(id);
      encoded.pieces.emplace_back(segment);
    }
    after_unknown = unknown;
  }
  return encoded;
}

std::vector<TokenId> SentencePiece::encode(std::string_view text) const {
  if (unigram_) return encode_unigram(text).ids;
  std::vector<TokenId> ids;
  check(processor_.Encode(text, &ids), "encoding failed");
  return ids;
}

std::vector<std::string> SentencePiece::pieces(std::string_view text) const {
  if (unigram_) return encode_unigram(text).pieces;
  std::vector<std::string> result;
  check(processor_.Encode(text, &result), "encoding failed");
  return result;
}

std::string SentencePiece::decode(std::span<const TokenId> ids) const {
  for (const TokenId id : ids) check_id(id);
  std::string text;
  check(processor_.Decode(std::vector<int>(ids.begin(), ids.end()), &text), "decoding failed");
  return text;
}

std::string SentencePiece::piece(TokenId id) const {
  check_id(id);
  return processor_.IdToPiece(id);
}

}  // namespace

std::unique_ptr<Tokenizer> open_sentencepiece(const fs::path& path, const std::string& content,
                                              const TokenizerSettings& settings) {
  return std::make_unique<SentencePiece>(path, content, settings);
}

}  // namespace iiet
