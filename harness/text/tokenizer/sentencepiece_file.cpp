#include "harness/text/tokenizer/sentencepiece_file.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include "harness/base/error.hpp"

namespace iiet {
namespace {

/// One field of a protocol buffer message.
struct Field {
  std::uint32_t number = 0;
  std::uint32_t wire_type = 0;
  std::uint64_t value = 0;  // of a number
  std::string_view bytes;   // of text or a message
};

constexpr std::uint32_t kVarint = 0, kFixed64 = 1, kLengthDelimited = 2, kFixed32 = 5;

/// Takes the fields of a message one by one.
class Message {
 public:
  Message(std::string_view bytes, const std::string& where)
      : rest_(bytes), size_(bytes.size()), where_(where) {}

  bool done() const { return rest_.empty(); }

  Field next() {
    Field field;
    const std::uint64_t key = varint();
    field.number = static_cast<std::uint32_t>(key >> 3);
    field.wire_type = static_cast<std::uint32_t>(key & 7);
    if (field.number == 0 || key >> 32 != 0) broken();
    switch (field.wire_type) {
      case kVarint:
        field.value = varint();
        break;
      case kFixed64:
        field.value = fixed(8);
        break;
      case kFixed32:
        field.value = fixed(4);
        break;
      case kLengthDelimited:
        field.bytes = take(varint());
        break;
      default:
        broken();
    }
    return field;
  }

 private:
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(take(1).front());
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
    broken();
  }

  std::uint64_t fixed(std::size_t size) {
    std::uint64_t value = 0;
    std::memcpy(&value, take(size).data(), size);  // little-endian, as the machine is
    return value;
  }

  std::string_view take(std::uint64_t size) {
    if (size > rest_.size()) broken();
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  [[noreturn]] void broken() const {
    throw InputError(
        fmt::format("{}: damaged or cut off: not a SentencePiece model (byte {} of {} of a message)", where_,
                    size_ - rest_.size(), size_));
  }

  std::string_view rest_;
  std::size_t size_;
  const std::string& where_;
};

constexpr std::size_t kLongestPiece = 4096;

SentencePieceFile::Piece read_piece(std::string_view bytes, const std::string& where) {
  Message message(bytes, where);
  SentencePieceFile::Piece piece;
  while (!message.done()) {
    const Field field = message.next();
    if (field.number == 1 && field.wire_type == kLengthDelimited) piece.text = field.bytes;
    if (field.number == 2 && field.wire_type == kFixed32)
      piece.score = std::bit_cast<float>(static_cast<std::uint32_t>(field.value));
    if (field.number == 3 && field.wire_type == kVarint) {
      require(field.value >= 1 && field.value <= 6, "{}: damaged: a piece of type {}; known: 1 to 6", where,
              field.value);
      piece.type = static_cast<SentencePieceFile::Type>(field.value - 1);
    }
  }
  require(!piece.text.empty(), "{}: damaged: a piece without text", where);
  require(piece.text.size() <= kLongestPiece, "{}: damaged: a piece of {} bytes; allowed: {}", where,
          piece.text.size(), kLongestPiece);
  require(piece.text.find('\0') == std::string::npos, "{}: damaged: a piece with a null character", where);
  require(std::isfinite(piece.score), "{}: damaged: the score of piece '{}' is not finite", where,
          piece.text);
  return piece;
}

/// Checks the character map: a Darts double array, then the null-terminated texts that its values point at.
/// Visits every unit that matching could reach.
void check_character_map(std::string_view map, const std::string& where) {
  const auto refuse = [&] {
    throw InputError(fmt::format("{}: damaged: the map of characters is not valid", where));
  };
  std::uint32_t size = 0;
  if (map.size() < sizeof size) return refuse();
  std::memcpy(&size, map.data(), sizeof size);
  if (size % 4 != 0 || size < 4 || size >= map.size() - sizeof size) return refuse();
  std::vector<std::uint32_t> units(size / 4);
  std::memcpy(units.data(), map.data() + sizeof size, size);
  const std::string_view texts = map.substr(sizeof size + size);
  if (texts.back() != '\0') return refuse();
  const auto target = [&](std::uint32_t at) {
    return at ^ ((units[at] >> 10) << ((units[at] & (1u << 9)) >> 6));
  };
  std::vector<bool> seen(units.size(), false);
  std::vector<std::uint32_t> open = {0};
  seen[0] = true;
  while (!open.empty()) {
    const std::uint32_t at = open.back();
    open.pop_back();
    const std::uint32_t first = target(at);
    if ((first | 0xFF) >= units.size()) return refuse();
    if (units[at] & (1u << 8))
      if ((units[first] & 0x7FFFFFFFu) >= texts.size()) return refuse();
    for (std::uint32_t label = 0; label < 256; ++label) {
      const std::uint32_t next = first ^ label;
      if ((units[next] & 0x800000FFu) != label || seen[next]) continue;
      seen[next] = true;
      open.push_back(next);
    }
  }
}

void check_normalizer(std::string_view bytes, const std::string& where) {
  Message message(bytes, where);
  while (!message.done())
    if (const Field field = message.next(); field.number == 2 && !field.bytes.empty())
      check_character_map(field.bytes, where);
}

SentencePieceFile::Kind read_kind(std::string_view trainer, const std::string& where) {
  Message message(trainer, where);
  auto kind = SentencePieceFile::Kind::kUnigram;
  while (!message.done()) {
    const Field field = message.next();
    if (field.wire_type != kVarint || field.number != 3) continue;
    require(field.value >= 1 && field.value <= 4, "{}: damaged: a model of type {}; known: 1 to 4", where,
            field.value);
    kind = static_cast<SentencePieceFile::Kind>(field.value - 1);
  }
  return kind;
}

}  // namespace

bool looks_like_sentencepiece(std::string_view content) {
  // Field 1 (a piece) comes first, and field 1 of that (its text).
  return content.size() > 4 && content[0] == '\x0A' &&
         content.substr(1, 10).find('\x0A') != std::string_view::npos &&
         content.find('\0') != std::string_view::npos;
}

SentencePieceFile read_sentencepiece_file(std::string_view content, const std::string& where) {
  Message message(content, where);
  SentencePieceFile file;
  bool has_normalizer = false;
  while (!message.done()) {
    const Field field = message.next();
    has_normalizer = has_normalizer || field.number == 3;
    if (field.wire_type != kLengthDelimited) continue;
    if (field.number == 1) {
      file.pieces.push_back(read_piece(field.bytes, where));
    } else if (field.number == 2) {
      file.kind = read_kind(field.bytes, where);
    } else if (field.number == 3 || field.number == 5) {  // of text to encode, of decoded text
      check_normalizer(field.bytes, where);
    }
  }
  require(!file.pieces.empty(), "{}: damaged: a SentencePiece model without pieces", where);
  // Pieces come first, so a file that is cut off between two of them would load as a smaller vocabulary.
  require(has_normalizer, "{}: cut off: a SentencePiece model without its normalizer", where);
  return file;
}

}  // namespace iiet
