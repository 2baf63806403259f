#include "harness/text/tokenizer/tokenizer.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "harness/text/tokenizer/byte_level_bpe.hpp"
#include "harness/text/tokenizer/marian.hpp"
#include "harness/text/tokenizer/sentencepiece.hpp"
#include "harness/text/tokenizer/sentencepiece_file.hpp"
#include "harness/text/tokenizer/special_tokens.hpp"

namespace iiet {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::json;

constexpr std::string_view kVocabularyName = "vocab.json", kMergesName = "merges.txt";

bool looks_like_json(std::string_view content) {
  const std::size_t first = content.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && content[first] == '{';
}

/// merges.txt for vocab.json, x_merges.txt for x_vocab.json.
fs::path merges_beside(const fs::path& vocabulary) {
  std::string name = vocabulary.filename().string();
  if (!name.ends_with(kVocabularyName)) return {};
  name.replace(name.size() - kVocabularyName.size(), std::string::npos, kMergesName);
  return vocabulary.parent_path() / name;
}

std::unique_ptr<Tokenizer> open_json(const fs::path& path, const std::string& content,
                                     const TokenizerSettings& settings) {
  const json document = parse_tokenizer_json(content, path.string());
  // "model" is a word of many vocabularies too.
  if (document.contains("model") && document["model"].is_object()) {
    auto tokenizer = tokenizer_from_json(document, path.string(), settings);
    tokenizer->set_fingerprint(sha256(content));
    return tokenizer;
  }
  const bool is_vocabulary = !document.empty() && std::all_of(document.begin(), document.end(),
                                                              [](const json& id) { return id.is_number(); });
  require(is_vocabulary, "{}: neither a tokenizer.json (no `model` object) nor a vocabulary of token and id",
          path.string());
  const fs::path merges = merges_beside(path);
  require(!merges.empty() && fs::exists(merges), "{}: a vocabulary needs its merges beside it ({})",
          path.string(), merges.empty() ? std::string(kMergesName) : merges.filename().string());
  return tokenizer_from_vocabulary(path, merges, settings);
}

std::unique_ptr<Tokenizer> open_file(const fs::path& path, const TokenizerSettings& settings) {
  const std::string content = read_file(path);
  require(!content.empty(), "{}: the file is empty", path.string());
  if (looks_like_json(content)) return open_json(path, content, settings);
  require(looks_like_sentencepiece(content),
          "{}: not a tokenizer; known: SentencePiece models, tokenizer.json, vocab.json with merges.txt",
          path.string());
  return open_sentencepiece(path, content, settings);
}

/// A pair of files x_vocab.json and x_merges.txt in a folder, if there is exactly one.
fs::path named_vocabulary(const fs::path& folder) {
  fs::path found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const fs::path merges = merges_beside(entry.path());
    if (merges.empty() || !fs::is_regular_file(merges)) continue;
    if (!found.empty()) return {};
    found = entry.path();
  }
  return found;
}

/// The file of a folder that load_tokenizer opens; empty if there is none.
fs::path tokenizer_file(const fs::path& folder) {
  if (fs::is_regular_file(folder / "tokenizer.model")) return folder / "tokenizer.model";
  if (fs::is_regular_file(folder / "tokenizer.json")) return folder / "tokenizer.json";
  return named_vocabulary(folder);
}

/// The part of a tokenizer.json that says what is put around a text; the vocabulary is not kept.
json post_processor_of(const fs::path& path) {
  const auto without_model = [](int depth, json::parse_event_t event, json& parsed) {
    return !(depth == 1 && event == json::parse_event_t::key &&
             (parsed == "model" || parsed == "added_tokens"));
  };
  const json document = json::parse(read_file(path), without_model, false);
  require(document.is_object(), "{}: not valid JSON", path.string());
  return document.value("post_processor", json());
}

/// A SentencePiece model's tokenizer.json, where there is one, says whether BOS is put in front.
void read_post_processor(TokenizerSettings& settings, const fs::path& path) {
  if (settings.adds_bos || !fs::is_regular_file(path)) return;
  try {
    settings.adds_bos = token_in_front(post_processor_of(path), path.string()).has_value();
  } catch (const json::exception& error) {
    throw InputError(fmt::format("{}: post_processor: {}", path.string(), error.what()));
  }
}

/// What the files beside a vocabulary change of the tokenizer, as text; empty where they change nothing. Ids
/// of config.json belong to the model.
std::string fingerprint_text(const TokenizerSettings& settings) {
  json changed;
  for (const auto& [role, said] : settings.roles)
    changed["roles"][role] = said.content ? json(*said.content) : json();
  for (const auto& [content, id] : settings.added_tokens) changed["added_tokens"][content] = id;
  if (settings.adds_bos) changed["add_bos_token"] = *settings.adds_bos;
  if (settings.adds_prefix_space) changed["add_prefix_space"] = *settings.adds_prefix_space;
  return changed.is_null() ? "" : changed.dump();
}

}  // namespace

std::vector<std::string> Tokenizer::pieces(std::string_view text) const {
  std::vector<std::string> result;
  for (const TokenId id : encode(text)) result.push_back(piece(id));
  return result;
}

bool Tokenizer::is_special(TokenId id) const {
  return id == special_.bos || id == special_.eos || id == special_.unk || id == special_.pad;
}

std::string Tokenizer::decode_answer(std::span<const TokenId> ids) const {
  std::vector<TokenId> text;
  for (const TokenId id : ids)
    if (id < size() && !is_special(id)) text.push_back(id);
  return decode(text);
}

std::unique_ptr<Tokenizer> load_tokenizer(const fs::path& path) {
  require(fs::exists(path), "{}: no such file or folder", path.string());
  if (!fs::is_directory(path)) return open_file(path, {});
  if (is_marian_folder(path)) return load_marian_tokenizer(path, MarianSide::kSource);
  const fs::path file = tokenizer_file(path);
  require(!file.empty(),
          "{}: no tokenizer in this folder; known: tokenizer.model, tokenizer.json, vocab.json with "
          "merges.txt",
          path.string());
  TokenizerSettings settings = read_tokenizer_settings(path);
  if (file.filename() == "tokenizer.model") read_post_processor(settings, path / "tokenizer.json");
  auto tokenizer = open_file(file, settings);
  if (const std::string changed = fingerprint_text(settings); !changed.empty())
    tokenizer->set_fingerprint(sha256(tokenizer->fingerprint() + changed));
  return tokenizer;
}

bool has_tokenizer(const fs::path& folder) {
  return fs::is_directory(folder) && !tokenizer_file(folder).empty();
}

}  // namespace iiet
