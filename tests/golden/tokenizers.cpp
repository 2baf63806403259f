// The shipped tokenizer against SentencePiece, a byte-level BPE of our own against Hugging Face tokenizers.

#include "tests/golden/golden.hpp"

namespace iiet::test {
namespace {

/// `rows` holds ids, pieces and text of each line.
void check_tokenizer(const std::string& file, const Json& lines, const Json& rows) {
  INFO(file);
  const std::string path = (project_root() / file).string();
  REQUIRE(lines.size() == rows.size());
  std::vector<Json> texts, ids;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    texts.push_back({{"text", lines[i]}});
    ids.push_back({{"ids", rows[i][0]}});
  }
  const auto encoded = answers_of({"tokenize", "--json", "--tokenizer", path}, as_json_lines(texts));
  const auto decoded =
      answers_of({"tokenize", "--json", "--decode", "--tokenizer", path}, as_json_lines(ids));
  REQUIRE(encoded.size() == lines.size());
  REQUIRE(decoded.size() == lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    INFO(lines[i]);
    CHECK(encoded[i]["ids"] == rows[i][0]);
    CHECK(encoded[i]["pieces"] == rows[i][1]);
    CHECK(decoded[i]["text"] == rows[i][2]);
  }
}

}  // namespace

TEST_CASE("own golden: ids, pieces and texts of two tokenizers") {
  const Json golden = own_golden("tokenizers.json");
  REQUIRE(golden["lines"].size() > 150);
  check_tokenizer("models/checkpoints/transformer/tokenizer.model", golden["lines"], golden["sentencepiece"]);
  check_tokenizer("tests/golden/byte_level_bpe/tokenizer.json", golden["lines"], golden["byte_level_bpe"]);
}

}  // namespace iiet::test
