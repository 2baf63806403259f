#include <fstream>
#include <map>

#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "harness/text/tokenizer/byte_alphabet.hpp"
#include "harness/text/tokenizer/tokenizer.hpp"
#include "tests/support/shared.hpp"

namespace fs = std::filesystem;
using namespace iiet;
using Catch::Matchers::Contains;
using json = nlohmann::json;
using Ids = std::vector<TokenId>;

namespace {

void write(const fs::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}
void write_json(const fs::path& path, const json& content) { write(path, content.dump()); }

/// GPT-2's layout in little: the 256 bytes, "ab" and <|endoftext|>.
void write_vocabulary(const fs::path& folder) {
  json vocabulary;
  for (int byte = 0; byte < 256; ++byte) vocabulary[byte_alphabet()[byte]] = byte;
  vocabulary["ab"] = 256;
  vocabulary["<|endoftext|>"] = 257;
  write_json(folder / "vocab.json", vocabulary);
  write(folder / "merges.txt", "#version: 0.2\na b\n");
}

/// The same as a tokenizer.json, with tokens for a beginning and an end.
void write_tokenizer_json(const fs::path& folder, const json& post_processor = nullptr) {
  json vocabulary;
  for (int byte = 0; byte < 256; ++byte) vocabulary[byte_alphabet()[byte]] = byte;
  vocabulary["ab"] = 256;
  const auto token = [](const std::string& content, int id) {
    return json{{"content", content}, {"id", id}, {"special", true}, {"normalized", false}};
  };
  write_json(folder / "tokenizer.json",
             json{{"added_tokens", {token("<begin>", 257), token("<end>", 258)}},
                  {"pre_tokenizer", {{"type", "ByteLevel"}, {"add_prefix_space", false}}},
                  {"post_processor", post_processor},
                  {"decoder", {{"type", "ByteLevel"}}},
                  {"model", {{"type", "BPE"}, {"vocab", vocabulary}, {"merges", {"a b"}}}}});
}

json in_front(const std::string& token) {
  return {
      {"type", "Sequence"},
      {"processors",
       {{{"type", "ByteLevel"}},
        {{"type", "TemplateProcessing"},
         {"single", {{{"SpecialToken", {{"id", token}, {"type_id", 0}}}}, {{"Sequence", {{"id", "A"}}}}}}}}}};
}

std::string refusal(const fs::path& path) {
  try {
    load_tokenizer(path);
  } catch (const InputError& error) {
    const std::string message = error.what();
    CHECK(message.find('\n') == std::string::npos);
    return message;
  }
  return "accepted";
}

}  // namespace

TEST_CASE("GPT-2's two files") {
  const test::TemporaryFolder folder;
  CHECK_FALSE(has_tokenizer(folder.path()));
  write_vocabulary(folder.path());
  CHECK(has_tokenizer(folder.path()));
  const auto tokenizer = load_tokenizer(folder.path());
  CHECK(tokenizer->encode("ab<|endoftext|>a") == Ids{256, 257, 'a'});
  CHECK(tokenizer->special().bos == 257);
  CHECK(tokenizer->special().eos == 257);
  CHECK_FALSE(tokenizer->special().adds_bos);
  CHECK(tokenizer->fingerprint() == load_tokenizer(folder.path() / "vocab.json")->fingerprint());
  CHECK(tokenizer->fingerprint().size() == 64);
  for (const auto& [name, content] :
       std::map<std::string, std::string>{{"added_tokens.json", R"({"ab": 256})"},
                                          {"tokenizer_config.json", R"({"add_prefix_space": true})"},
                                          {"special_tokens_map.json", R"({"pad_token": "<|endoftext|>"})"}}) {
    INFO(name);
    write(folder.path() / name, content);
    CHECK(load_tokenizer(folder.path())->fingerprint() != tokenizer->fingerprint());
    fs::remove(folder.path() / name);
  }
  write(folder.path() / "merges.txt", "a b\nb\n");
  CHECK_THAT(refusal(folder.path()), Contains("merges.txt:2"));
  write(folder.path() / "merges.txt", "a b\na c\n");
  CHECK_THAT(refusal(folder.path()), Contains("'ac'"));
  fs::remove(folder.path() / "merges.txt");
  CHECK_THAT(refusal(folder.path() / "vocab.json"), Contains("merges"));
  CHECK_THAT(refusal(folder.path()), Contains("no tokenizer in this folder"));
}

TEST_CASE("special tokens come from the files beside the vocabulary") {
  const test::TemporaryFolder folder;
  write_tokenizer_json(folder.path());
  CHECK_FALSE(load_tokenizer(folder.path())->special().bos.has_value());
  write_json(folder.path() / "config.json", json{{"bos_token_id", 3}, {"eos_token_id", {4, 5}}});
  CHECK(load_tokenizer(folder.path())->special().bos == 3);
  CHECK(load_tokenizer(folder.path())->special().eos == 4);
  write_json(folder.path() / "special_tokens_map.json", json{{"bos_token", "<begin>"}, {"pad_token", "ab"}});
  CHECK(load_tokenizer(folder.path())->special().bos == 257);
  CHECK(load_tokenizer(folder.path())->special().pad == 256);
  write_json(folder.path() / "tokenizer_config.json",
             json{{"bos_token", {{"content", "<end>"}, {"lstrip", false}}},
                  {"eos_token", nullptr},
                  {"pad_token", "[PAD]"}});
  const auto tokenizer = load_tokenizer(folder.path());
  CHECK(tokenizer->special().bos == 258);
  CHECK_FALSE(tokenizer->special().eos.has_value());
  CHECK_FALSE(tokenizer->special().pad.has_value());
  CHECK_FALSE(tokenizer->special().adds_bos);
  write_json(folder.path() / "tokenizer_config.json", json{{"bos_token", "<nil>"}});
  CHECK_THAT(refusal(folder.path()), Contains("tokenizer_config.json: bos_token '<nil>'"));
  write_json(folder.path() / "tokenizer_config.json", json{{"bos_token", 5}});
  CHECK_THAT(refusal(folder.path()), Contains("bos_token"));
  write_json(folder.path() / "tokenizer_config.json", json{{"add_eos_token", true}});
  CHECK_THAT(refusal(folder.path()), Contains("add_eos_token"));
  write_json(folder.path() / "tokenizer_config.json", json{{"add_bos_token", 1}});
  CHECK_THAT(refusal(folder.path()), Contains("add_bos_token"));
  write(folder.path() / "tokenizer_config.json", std::string("{\"bos_token\""));
  CHECK_THAT(refusal(folder.path()), Contains("tokenizer_config.json: not valid JSON"));
}

TEST_CASE("BOS is put in front as the post-processor or add_bos_token says") {
  const test::TemporaryFolder folder;
  write_tokenizer_json(folder.path(), in_front("<begin>"));
  CHECK(load_tokenizer(folder.path())->special().adds_bos);
  CHECK(load_tokenizer(folder.path())->special().bos == 257);
  CHECK(load_tokenizer(folder.path())->encode("ab") == Ids{256});  // never by encode itself
  write_json(folder.path() / "tokenizer_config.json",
             json{{"add_bos_token", false}, {"bos_token", "<begin>"}});
  CHECK_FALSE(load_tokenizer(folder.path())->special().adds_bos);
  write_json(folder.path() / "tokenizer_config.json", json{{"bos_token", "<end>"}});
  CHECK_THAT(refusal(folder.path()), Contains("'<begin>' in front"));
  write_tokenizer_json(folder.path());
  write_json(folder.path() / "tokenizer_config.json",
             json{{"add_bos_token", true}, {"bos_token", "<begin>"}});
  CHECK(load_tokenizer(folder.path())->special().adds_bos);
  write_json(folder.path() / "tokenizer_config.json", json{{"add_bos_token", true}, {"bos_token", nullptr}});
  CHECK_THAT(refusal(folder.path()), Contains("there is no bos_token"));
}

TEST_CASE("what is no tokenizer is refused in one line") {
  const test::TemporaryFolder folder;
  const fs::path file = folder.path() / "tokenizer.model";
  CHECK_THAT(refusal(folder.path() / "absent"), Contains("no such file or folder"));
  CHECK_THAT(refusal(folder.path()), Contains("no tokenizer in this folder"));
  for (const std::string content :
       {"", "hello", "{", "{}", "[]", "{\"model\": 1}", "{\"model\": {}}", "{\"a\": \"b\"}"}) {
    INFO(content);
    write(file, content);
    CHECK_THAT(refusal(file), Contains(file.string()));
  }
  write(file, std::string("\x0A\x0E\x0A\x05<unk>\x15\0\0\0\0\x18\x02\x0A\xFF", 18));
  CHECK_THAT(refusal(file), Contains("cut off"));
}

TEST_CASE("a SentencePiece model and the files beside it") {
  REQUIRE_SHARED("data/checkpoints/stories260K-hf/tokenizer.model");
  const fs::path source = test::shared_folder() / "data/checkpoints/stories260K-hf";
  const test::TemporaryFolder folder;
  fs::copy_file(source / "tokenizer.model", folder.path() / "tokenizer.model");
  const auto plain = load_tokenizer(folder.path());
  CHECK(plain->special().adds_bos);
  CHECK(plain->special().bos == 1);
  CHECK(plain->fingerprint() == sha256_of_file(source / "tokenizer.model"));
  CHECK_THROWS_AS(plain->decode(Ids{plain->size()}), InputError);
  CHECK_THROWS_AS(plain->decode(Ids{-1}), InputError);
  CHECK_THROWS_AS(plain->piece(-1), InputError);
  CHECK(plain->decode(plain->encode("a\xFFz")) == "a\uFFFDz");

  CHECK(load_tokenizer(source)->special().adds_bos);  // its tokenizer.json says so
  write_tokenizer_json(folder.path());                // and one without a post-processor says no
  CHECK_FALSE(load_tokenizer(folder.path())->special().adds_bos);
  CHECK(load_tokenizer(folder.path())->size() == plain->size());
  write_json(folder.path() / "tokenizer_config.json", json{{"add_bos_token", true}, {"eos_token", "<unk>"}});
  CHECK(load_tokenizer(folder.path())->special().adds_bos);
  CHECK(load_tokenizer(folder.path())->special().eos == 0);
  write_json(folder.path() / "tokenizer_config.json", json{{"eos_token", "<|im_end|>"}});
  CHECK_THAT(refusal(folder.path()), Contains("'<|im_end|>' is not in the vocabulary"));
}

TEST_CASE("damaged SentencePiece models are refused, or load as what they then are") {
  REQUIRE_SHARED("data/tokenizers/sentencepiece_test/test_model.model");
  const std::string relative = GENERATE("data/tokenizers/sentencepiece_test/test_model.model",
                                        "data/checkpoints/stories260K-hf/tokenizer.model");
  const std::string content = read_file(test::shared_folder() / relative);
  const test::TemporaryFolder folder;
  const fs::path file = folder.path() / "damaged";
  for (std::size_t size = 1; size < content.size(); size += 1 + content.size() / 97) {
    write(file, content.substr(0, size));
    INFO("cut off after " << size << " of " << content.size());
    CHECK(refusal(file) != "accepted");
  }
  std::uint32_t state = 1;
  const auto random = [&state] { return state = state * 1664525u + 1013904223u; };
  for (int round = 0; round < 100; ++round) {
    std::string damaged = content;
    for (int i = 0; i < 4; ++i) damaged[random() % damaged.size()] = static_cast<char>(random() >> 24);
    write(file, damaged);
    try {
      const auto tokenizer = load_tokenizer(file);
      const auto ids = tokenizer->encode("Héllo ｗorld ①\xFF");
      CHECK_NOTHROW(tokenizer->decode(ids));
    } catch (const InputError& error) {
      CHECK_FALSE(std::string(error.what()).empty());
    }
  }
}
