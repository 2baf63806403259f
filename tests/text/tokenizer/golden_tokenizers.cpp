#include <algorithm>
#include <filesystem>

#include "harness/base/files.hpp"
#include "harness/text/tokenizer/marian.hpp"
#include "harness/text/tokenizer/tokenizer.hpp"
#include "tests/support/shared.hpp"

namespace fs = std::filesystem;
using iiet::Json;
using iiet::TokenId;

namespace {

/// Opens the tokenizer of a golden file: one file, or a vocabulary that lies beside its merges.
std::unique_ptr<iiet::Tokenizer> open_golden(const Json& golden) {
  const Json& named = golden["tokenizer"].is_array() ? golden["tokenizer"][0] : golden["tokenizer"];
  const std::string relative = named.get<std::string>();
  return iiet::load_tokenizer(iiet::test::shared_folder() / relative.substr(std::string("shared/").size()));
}

Json golden_file(const std::string& name) {
  return iiet::read_json(iiet::test::shared_folder() / "golden/tokenizers" / name);
}

void check_against_golden(const std::string& name) {
  const Json golden = golden_file(name + ".json"), lines = golden_file("lines.json")["lines"];
  const auto tokenizer = open_golden(golden);
  REQUIRE(golden["ids"].size() == lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto text = lines[i].get<std::string>();
    INFO(name << ", line " << i << ": " << lines[i].dump().substr(0, 200));
    const auto ids = golden["ids"][i].get<std::vector<TokenId>>();
    CHECK(tokenizer->encode(text) == ids);
    CHECK(tokenizer->decode(ids) ==
          (golden["decoded"][i].is_null() ? text : golden["decoded"][i].get<std::string>()));
  }
  for (const Json& entry : golden["decode_only"]) {
    INFO(name << ": " << entry.dump());
    CHECK(tokenizer->decode(entry["ids"].get<std::vector<TokenId>>()) == entry["text"].get<std::string>());
  }
  for (std::size_t i = 0; i < golden["pieces"].size(); ++i) {
    auto pieces = tokenizer->pieces(lines[i].get<std::string>());
    const auto expected = golden["pieces"][i].get<std::vector<std::string>>();
    INFO(name << ", pieces of line " << i);
    pieces.resize(std::min(pieces.size(), expected.size()));
    CHECK(pieces == expected);
  }
}

}  // namespace

TEST_CASE("tokenizers give the ids, texts and pieces of the reference libraries") {
  REQUIRE_SHARED("golden/tokenizers/lines.json");
  const std::string name = GENERATE("gpt2", "gpt_neox", "mistral_v1", "mistral_v3", "opus_en", "opus_fr",
                                    "sp_test_en", "sp_test_ja", "stories260k", "t5");
  check_against_golden(name);
}

TEST_CASE("a translation model's two sides share one vocabulary") {
  REQUIRE_SHARED("golden/tokenizers/marian_en_fr.json");
  const Json golden = golden_file("marian_en_fr.json"), lines = golden_file("lines.json")["lines"];
  const fs::path folder = iiet::test::shared_folder() / "data/tokenizers/opus_mt_en_fr";
  const auto source = iiet::load_tokenizer(folder);
  const auto target = iiet::load_marian_tokenizer(folder, iiet::MarianSide::kTarget);
  REQUIRE(golden["ids"].size() == lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto text = lines[i].get<std::string>();
    INFO("line " << i << ": " << lines[i].dump().substr(0, 200));
    const auto with_end = [&](std::vector<TokenId> ids) {  // the reference appends </s>
      ids.push_back(*source->special().eos);
      return ids;
    };
    const auto target_ids = golden["target_ids"][i].get<std::vector<TokenId>>();
    CHECK(with_end(source->encode(text)) == golden["ids"][i].get<std::vector<TokenId>>());
    CHECK(with_end(target->encode(text)) == target_ids);
    CHECK(target->decode(target_ids) ==
          (golden["decoded"][i].is_null() ? text : golden["decoded"][i].get<std::string>()));
  }
}

TEST_CASE("tokenizers know their size and special tokens") {
  REQUIRE_SHARED("golden/tokenizers/lines.json");
  for (const std::string name : {"gpt2", "gpt_neox"}) {
    const Json golden = golden_file(name + ".json");
    const auto tokenizer = open_golden(golden);
    CHECK(tokenizer->size() == golden["size"].get<TokenId>());
    CHECK(tokenizer->special().bos == tokenizer->special().eos);
    CHECK(tokenizer->piece(*tokenizer->special().bos) == "<|endoftext|>");
    CHECK_FALSE(tokenizer->special().adds_bos);
  }
  for (const std::string name : {"mistral_v1", "mistral_v3", "t5", "stories260k"}) {
    const Json golden = golden_file(name + ".json");
    const auto tokenizer = open_golden(golden);
    CHECK(tokenizer->size() == golden["pieces_in_model"].get<TokenId>());
    const auto& special = tokenizer->special();
    const std::vector<TokenId> ids = {special.bos.value_or(-1), special.eos.value_or(-1),
                                      special.unk.value_or(-1), special.pad.value_or(-1)};
    CHECK(ids == golden["bos_eos_unk_pad"].get<std::vector<TokenId>>());
    CHECK(special.adds_bos == special.bos.has_value());
  }
}
