#include "harness/text/tokenizer/marian.hpp"

#include <array>
#include <unordered_map>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "harness/base/unicode.hpp"
#include "harness/text/tokenizer/sentencepiece.hpp"

namespace iiet {
namespace {

namespace fs = std::filesystem;

const std::array<std::string, 3> kSpecialTokens{"</s>", "<unk>", "<pad>"};

class MarianTokenizer : public Tokenizer {
 public:
  MarianTokenizer(const fs::path& folder, MarianSide side);

  std::vector<TokenId> encode(std::string_view text) const override;
  std::string decode(std::span<const TokenId> ids) const override;
  std::string piece(TokenId id) const override;
  TokenId size() const override { return static_cast<TokenId>(pieces_.size()); }

 private:
  void add_segment(std::string_view text, std::vector<TokenId>& ids) const;

  std::unique_ptr<Tokenizer> segmenter_;
  std::unordered_map<std::string, TokenId> ids_;
  std::vector<std::string> pieces_;  // by id
};

MarianTokenizer::MarianTokenizer(const fs::path& folder, MarianSide side) {
  const fs::path model = folder / (side == MarianSide::kSource ? "source.spm" : "target.spm");
  const fs::path vocabulary = folder / "vocab.json";
  const std::string content = read_file(model), words = read_file(vocabulary);
  segmenter_ = open_sentencepiece(model, content, {});
  // Not the ordered kind: its look-ups would be linear in the size of the vocabulary.
  const auto json = nlohmann::json::parse(words, nullptr, /*allow_exceptions=*/false);
  require(json.is_object(), "{}: not a JSON object", vocabulary.string());
  pieces_.resize(json.size());
  for (const auto& [piece, id] : json.items()) {
    require(id.is_number_unsigned() && id.get<std::uint64_t>() < pieces_.size(),
            "{}: '{}': ids are 0 to {}, got {}", vocabulary.string(), piece, pieces_.size() - 1, id.dump());
    std::string& place = pieces_[id.get<std::size_t>()];
    require(place.empty(), "{}: '{}' and '{}' have the same id", vocabulary.string(), place, piece);
    place = piece;
    ids_.emplace(piece, id.get<TokenId>());
  }
  for (const std::string& token : kSpecialTokens)
    require(ids_.contains(token), "{}: '{}' is missing", vocabulary.string(), token);
  special_.eos = ids_.at("</s>");
  special_.unk = ids_.at("<unk>");
  special_.pad = ids_.at("<pad>");
  fingerprint_ = sha256(content + words);
}

void MarianTokenizer::add_segment(std::string_view text, std::vector<TokenId>& ids) const {
  for (const std::string& piece : segmenter_->pieces(text)) {
    const auto known = ids_.find(piece);
    ids.push_back(known == ids_.end() ? *special_.unk : known->second);
  }
}

std::vector<TokenId> MarianTokenizer::encode(std::string_view text) const {
  std::vector<TokenId> ids;
  while (!text.empty()) {
    std::size_t at = text.size();
    const std::string* token = nullptr;
    for (const std::string& candidate : kSpecialTokens)
      if (const std::size_t found = text.find(candidate); found < at) {
        at = found;
        token = &candidate;
      }
    add_segment(text.substr(0, at), ids);
    if (!token) break;
    ids.push_back(ids_.at(*token));
    text.remove_prefix(at + token->size());
  }
  return ids;
}

std::string MarianTokenizer::decode(std::span<const TokenId> ids) const {
  std::string text;
  for (const TokenId id : ids) {
    const std::string spelling = piece(id);
    if (id != special_.eos && id != special_.unk && id != special_.pad) text += spelling;
  }
  return std::string(strip(replace_all(text, "\u2581", " ")));
}

std::string MarianTokenizer::piece(TokenId id) const {
  require(id >= 0 && id < size(), "token id {} is not in the vocabulary; allowed: 0 to {}", id, size() - 1);
  return pieces_[static_cast<std::size_t>(id)];
}

}  // namespace

std::unique_ptr<Tokenizer> load_marian_tokenizer(const fs::path& folder, MarianSide side) {
  return std::make_unique<MarianTokenizer>(folder, side);
}

bool is_marian_folder(const fs::path& folder) {
  return fs::is_regular_file(folder / "source.spm") && fs::is_regular_file(folder / "target.spm") &&
         fs::is_regular_file(folder / "vocab.json");
}

}  // namespace iiet
