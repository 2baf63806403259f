#include "harness/text/tokenizer/byte_level_bpe.hpp"

#include <fstream>
#include <thread>

#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "harness/text/tokenizer/byte_alphabet.hpp"
#include "tests/support/shared.hpp"

using namespace iiet;
using Catch::Matchers::Contains;
using json = nlohmann::json;
using Ids = std::vector<TokenId>;

namespace {

/// A small tokenizer.json: the 256 bytes (id = byte), then the tokens of `merges` in order.
json small(const std::vector<std::pair<std::string, std::string>>& merges) {
  json vocabulary, merge_list = json::array();
  for (int byte = 0; byte < 256; ++byte) vocabulary[byte_alphabet()[byte]] = byte;
  for (const auto& [left, right] : merges) {
    vocabulary[left + right] = vocabulary.size();
    merge_list.push_back(left + " " + right);
  }
  return {{"added_tokens", json::array()},
          {"normalizer", nullptr},
          {"pre_tokenizer", {{"type", "ByteLevel"}, {"add_prefix_space", false}}},
          {"post_processor", nullptr},
          {"decoder", {{"type", "ByteLevel"}}},
          {"model", {{"type", "BPE"}, {"vocab", vocabulary}, {"merges", merge_list}}}};
}

std::unique_ptr<ByteLevelBpe> build(const json& document, const TokenizerSettings& settings = {}) {
  return tokenizer_from_json(document, "test.json", settings);
}

json added(const std::string& content, TokenId id, const std::string& flag = "") {
  json token = {{"content", content}, {"id", id},        {"single_word", false}, {"lstrip", false},
                {"rstrip", false},    {"special", true}, {"normalized", false}};
  if (!flag.empty()) token[flag] = true;
  return token;
}

const std::vector<std::pair<std::string, std::string>> kMerges = {
    {"a", "b"}, {"ab", "c"}, {"b", "c"}, {"Ġ", "a"}};
constexpr TokenId kAb = 256, kAbc = 257, kBc = 258, kSpaceA = 259;

}  // namespace

TEST_CASE("merges are done by rank, then from the left") {
  const auto tokenizer = build(small(kMerges));
  CHECK(tokenizer->encode("abc") == Ids{kAbc});
  CHECK(tokenizer->encode("bc") == Ids{kBc});
  CHECK(tokenizer->encode(" abc") == Ids{' ', kAbc});
  CHECK(tokenizer->encode(" a") == Ids{kSpaceA});
  CHECK(tokenizer->encode("").empty());
  CHECK(tokenizer->decode(tokenizer->encode("xé abc\n")) == "xé abc\n");
  CHECK(tokenizer->pieces(" abc") == std::vector<std::string>{"Ġ", "abc"});
  CHECK(tokenizer->size() == 260);
}

TEST_CASE("short and long words are merged alike") {
  const auto tokenizer = build(small({{"a", "a"}, {"aa", "aa"}, {"b", "a"}, {"aa", "b"}}));
  // 10,000 letters go through the heap, pieces of it through the scan: both must agree with a plain
  // reference.
  std::string word;
  for (int i = 0; word.size() < 10000; ++i) word += std::string(1 + i * 7919 % 9, 'a') + "b";
  for (const std::size_t length : {1, 2, 5, 47, 48, 49, 50, 200, 10000}) {
    std::vector<std::string> symbols;
    for (const char c : word.substr(0, length)) symbols.emplace_back(1, c);
    for (bool merged = true; merged;) {
      merged = false;
      for (const auto& [left, right] :
           {std::pair<std::string, std::string>{"a", "a"}, {"aa", "aa"}, {"b", "a"}, {"aa", "b"}}) {
        for (std::size_t i = 0; i + 1 < symbols.size() && !merged; ++i)
          if (symbols[i] == left && symbols[i + 1] == right) {
            symbols[i] += right;
            symbols.erase(symbols.begin() + static_cast<std::ptrdiff_t>(i) + 1);
            merged = true;
          }
        if (merged) break;
      }
    }
    INFO("length " << length);
    CHECK(tokenizer->pieces(word.substr(0, length)) == symbols);
  }
}

TEST_CASE("bytes that are not UTF-8 are encoded one by one and decoded as U+FFFD") {
  const auto tokenizer = build(small(kMerges));
  CHECK(tokenizer->encode("ab\xFF\xFE"
                          "abc") == Ids{kAb, 0xFF, 0xFE, kAbc});
  CHECK(tokenizer->decode(Ids{kAb, 0xFF}) == "ab\uFFFD");
  CHECK(tokenizer->decode(Ids{0xE2, 0x82, 0xAC, 0xE2, 0x82}) == "€\uFFFD");
}

TEST_CASE("added tokens honour their flags") {
  json document = small(kMerges);
  document["normalizer"] = {{"type", "NFC"}};
  document["added_tokens"] = {added("<x>", 260),
                              added("<l>", 261, "lstrip"),
                              added("<r>", 262, "rstrip"),
                              added("no", 263, "single_word"),
                              added("e\u0301", 264, "normalized"),
                              added("<x><x>", 265)};
  const auto tokenizer = build(document);
  CHECK(tokenizer->encode("a<x> b") == Ids{'a', 260, ' ', 'b'});
  CHECK(tokenizer->encode("a \n<l> b") == Ids{'a', 261, ' ', 'b'});
  CHECK(tokenizer->encode("a <r> \u3000b") == Ids{'a', ' ', 262, 'b'});
  CHECK(tokenizer->encode("no-no") == Ids{263, '-', 263});
  CHECK(tokenizer->encode("now") == Ids{'n', 'o', 'w'});
  CHECK(tokenizer->encode("xno") == Ids{'x', 'n', 'o'});
  CHECK(tokenizer->encode("\u00E9") == Ids{264});  // found after normalisation, whose form both take
  CHECK(tokenizer->encode("e\u0301") == Ids{264});
  CHECK(tokenizer->encode("<x><x><x>") == Ids{265, 260});  // the longest first
  CHECK(tokenizer->decode(Ids{260, 'a', 265}) == "<x>a<x><x>");
  CHECK(tokenizer->size() == 266);
}

TEST_CASE("a word that is a token is not taken apart where merges are ignored") {
  json document = small(kMerges);
  document["model"]["vocab"]["xyz"] = 260;
  CHECK(build(document)->encode("xyz") == Ids{'x', 'y', 'z'});
  document["model"]["ignore_merges"] = true;
  CHECK(build(document)->encode("xyz") == Ids{260});
}

TEST_CASE("bytes without a token are left out, or the unknown token") {
  json document = small(kMerges);
  document["model"]["vocab"].erase("z");
  CHECK(build(document)->encode("azzb") == Ids{kAb});
  document["model"]["vocab"]["<unk>"] = 260;
  document["model"]["unk_token"] = "<unk>";
  CHECK(build(document)->encode("azzb") == Ids{'a', 260, 260, 'b'});
  document["model"]["fuse_unk"] = true;
  CHECK(build(document)->encode("azzb") == Ids{'a', 260, 'b'});
  CHECK(build(document)->special().unk == 260);
}

TEST_CASE("what would change the ids and is not supported is refused by name") {
  const auto message_of = [](const std::string& place, const json& value) {
    json document = small(kMerges);
    document[json::json_pointer(place)] = value;
    try {
      build(document);
    } catch (const InputError& error) {
      CHECK_THAT(error.what(), Contains("test.json: "));
      CHECK_THAT(error.what(), !Contains("\n"));
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  CHECK_THAT(message_of("/normalizer", {{"type", "Lowercase"}}), Contains("'Lowercase'"));
  CHECK_THAT(message_of("/model/type", "WordPiece"), Contains("'WordPiece'"));
  CHECK_THAT(message_of("/model/byte_fallback", true), Contains("byte_fallback"));
  CHECK_THAT(message_of("/model/dropout", 0.1), Contains("dropout"));
  CHECK_THAT(message_of("/model/end_of_word_suffix", "</w>"), Contains("end_of_word_suffix"));
  CHECK_THAT(message_of("/decoder", {{"type", "WordPiece"}}), Contains("'WordPiece'"));
  CHECK_THAT(message_of("/decoder", nullptr), Contains("no decoder"));
  CHECK_THAT(message_of("/post_processor", {{"type", "RobertaProcessing"}}), Contains("'RobertaProcessing'"));
  CHECK_THAT(message_of("/model/merges/0", "a q"), Contains("'aq'"));
  CHECK_THAT(message_of("/model/merges/0", "a"), Contains("two tokens"));
  CHECK_THAT(message_of("/model/merges/0", {"a", 1}), Contains("not the content"));
  CHECK_THAT(message_of("/model/vocab/ab", 257), Contains("same id 257"));
  CHECK_THAT(message_of("/model/vocab/ab", -1), Contains("expected an id"));
  CHECK_THAT(message_of("/model/vocab/ab", 1.5), Contains("expected an id"));
  CHECK_THAT(message_of("/model/vocab/ab", 4000000000), Contains("expected an id"));
  CHECK_THAT(message_of("/model/unk_token", "<nil>"), Contains("'<nil>'"));
  CHECK_THAT(message_of("/added_tokens", json::array({added("<x>", 256)})), Contains("id 256 of token 'ab'"));
  CHECK_THAT(message_of("/added_tokens", json::array({added("ab", 300)})), Contains("id 300, but 256"));
  CHECK_THAT(message_of("/added_tokens", {added("<x>", 300), added("<y>", 300)}), Contains("same id 300"));
  CHECK_THAT(message_of("/added_tokens", "none"), Contains("not the content"));
}

TEST_CASE("a vocabulary may have holes, ids outside it are refused") {
  json document = small(kMerges);
  document["model"]["vocab"]["late"] = 300;
  const auto tokenizer = build(document);
  CHECK(tokenizer->size() == 301);
  CHECK(tokenizer->decode(Ids{280, 'a', 300}) == "alate");
  CHECK(tokenizer->piece(280).empty());
  CHECK_THROWS_AS(tokenizer->decode(Ids{301}), InputError);
  CHECK_THROWS_AS(tokenizer->decode(Ids{-1}), InputError);
  CHECK_THROWS_AS(tokenizer->piece(301), InputError);
}

TEST_CASE("one tokenizer serves several threads") {
  const auto tokenizer = build(small(kMerges));
  std::vector<std::string> texts;
  std::vector<Ids> expected;
  for (int i = 0; i < 40; ++i) {
    texts.push_back("abc bc" + std::to_string(i * i) + " ab" + std::to_string(i % 17));
    expected.push_back(build(small(kMerges))->encode(texts.back()));
  }
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (std::size_t t = 0; t < wrong.size(); ++t)
    threads.emplace_back([&, t] {
      for (int round = 0; round < 50; ++round)
        for (std::size_t i = 0; i < texts.size(); ++i) wrong[t] += tokenizer->encode(texts[i]) != expected[i];
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == std::vector<int>(4, 0));
}
