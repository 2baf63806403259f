#include <algorithm>

#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "harness/text/tokenizer/byte_level_bpe.hpp"

namespace iiet {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::json;

constexpr std::string_view kEndOfText = "<|endoftext|>";

/// Wrong types and missing keys of JSON become one line that names the file.
template <typename Work>
auto with_json_errors(const std::string& where, const Work& work) {
  try {
    return work();
  } catch (const json::exception& error) {
    std::string detail = error.what();
    if (const auto bracket = detail.find("] "); bracket != std::string::npos)
      detail = detail.substr(bracket + 2);
    throw InputError(fmt::format("{}: not the content of a tokenizer file: {}", where, detail));
  }
}

const json& member(const json& object, const char* name) {
  static const json nothing;
  const auto found = object.find(name);
  return found == object.end() ? nothing : *found;
}

std::vector<std::pair<std::string, TokenId>> read_vocabulary(const json& vocabulary,
                                                             const std::string& where) {
  require(vocabulary.is_object(), "{}: vocab: expected an object of token and id, got {}", where,
          vocabulary.type_name());
  std::vector<std::pair<std::string, TokenId>> result;
  result.reserve(vocabulary.size());
  for (const auto& [spelling, id] : vocabulary.items()) {
    require(id.is_number_integer() && id >= 0 && id < (1 << 24),
            "{}: vocab: token '{}': expected an id, got {}", where, spelling, id.dump());
    result.emplace_back(spelling, id.template get<TokenId>());
  }
  return result;
}

std::pair<std::string, std::string> split_merge(const std::string& text, const std::string& where) {
  const auto space = text.find(' ');
  require(space != std::string::npos && space > 0 && space + 1 < text.size() &&
              text.find(' ', space + 1) == std::string::npos,
          "{}: a merge is two tokens with a space between them, got '{}'", where, text);
  return {text.substr(0, space), text.substr(space + 1)};
}

/// Merges are written as "left right" or, in newer files, as ["left", "right"].
std::vector<std::pair<std::string, std::string>> read_merges(const json& merges, const std::string& where) {
  std::vector<std::pair<std::string, std::string>> result;
  result.reserve(merges.size());
  for (const json& merge : merges) {
    if (merge.is_string()) {
      result.push_back(split_merge(merge.get_ref<const std::string&>(), where + ": merges"));
      continue;
    }
    require(merge.is_array() && merge.size() == 2, "{}: merges: expected two tokens, got {}", where,
            merge.dump());
    result.emplace_back(merge[0].get<std::string>(), merge[1].get<std::string>());
  }
  return result;
}

void refuse_model_fields(const json& model, const std::string& where) {
  const std::string type = model.value("type", "BPE");
  require(type == "BPE", "{}: model '{}' is not supported; supported: BPE", where, type);
  for (const char* affix : {"continuing_subword_prefix", "end_of_word_suffix"}) {
    const json& value = member(model, affix);
    require(value.is_null() || value == "", "{}: model: {} {} is not supported; allowed: null", where, affix,
            value.dump());
  }
  const json& dropout = member(model, "dropout");
  require(dropout.is_null() || dropout == 0.0, "{}: model: dropout {} is not supported; allowed: null", where,
          dropout.dump());
  require(!model.value("byte_fallback", false),
          "{}: model: byte_fallback is not supported (a SentencePiece vocabulary is read from its "
          "tokenizer.model)",
          where);
}

void refuse_decoder(const json& decoder, const std::string& where) {
  if (decoder.is_null()) throw InputError(fmt::format("{}: no decoder; supported: ByteLevel", where));
  const std::string type = decoder.value("type", "");
  if (type == "Sequence") {
    const json& parts = decoder.at("decoders");
    require(parts.size() == 1, "{}: a decoder of {} parts is not supported; supported: ByteLevel", where,
            parts.size());
    return refuse_decoder(parts[0], where);
  }
  require(type == "ByteLevel", "{}: decoder '{}' is not supported; supported: ByteLevel", where, type);
}

std::vector<AddedToken> read_added_tokens(const json& tokens, const std::string& where) {
  std::vector<AddedToken> result;
  if (tokens.is_null()) return result;
  for (const json& token : tokens) {
    AddedToken added;
    added.content = token.at("content").get<std::string>();
    const json& id = token.at("id");
    require(id.is_number_integer() && id >= 0 && id < (1 << 24),
            "{}: added token '{}': expected an id, got {}", where, added.content, id.dump());
    added.id = id.get<TokenId>();
    added.single_word = token.value("single_word", false);
    added.strips_left = token.value("lstrip", false);
    added.strips_right = token.value("rstrip", false);
    added.special = token.value("special", false);
    added.normalized = token.value("normalized", !added.special);
    result.push_back(std::move(added));
  }
  return result;
}

/// Tokens that the files beside the vocabulary make special are cut out of the text too.
void add_special_roles(std::vector<AddedToken>& added, const TokenizerSettings& settings,
                       const Bpe::Source& source) {
  const auto add = [&](const std::string& content, TokenId id) {
    const auto same = [&](const AddedToken& token) { return token.content == content; };
    if (std::none_of(added.begin(), added.end(), same)) added.push_back({.id = id, .content = content});
  };
  for (const auto& [content, id] : settings.added_tokens) add(content, id);
  for (const auto& [role, said] : settings.roles) {
    if (!said.content) continue;
    const auto in_vocabulary = [&](const auto& entry) { return entry.first == *said.content; };
    const auto found = std::find_if(source.vocabulary.begin(), source.vocabulary.end(), in_vocabulary);
    if (found != source.vocabulary.end()) add(*said.content, found->second);
  }
}

/// Gives the tokenizer its special tokens; `front` is what the post-processor puts in front of a text.
void finish(ByteLevelBpe& tokenizer, const TokenizerSettings& settings,
            const std::optional<std::string>& front, const std::optional<std::string>& unknown) {
  OwnSpecialTokens own;
  own.find = [&](const std::string& content) { return tokenizer.find(content); };
  own.size = tokenizer.size();
  own.tokens.bos = front ? tokenizer.find(*front) : tokenizer.find(std::string(kEndOfText));
  own.tokens.eos = tokenizer.find(std::string(kEndOfText));
  if (unknown) own.tokens.unk = tokenizer.find(*unknown);
  own.tokens.adds_bos = front.has_value();
  SpecialTokens special = resolve_special_tokens(settings, own);
  if (front && special.adds_bos)
    require(special.bos && tokenizer.find(*front) == special.bos,
            "post_processor puts '{}' in front, which is not the BOS token", *front);
  tokenizer.set_special(special);
}

std::unique_ptr<ByteLevelBpe> build(const json& document, const std::string& where,
                                    const TokenizerSettings& settings) {
  const json& model = document.at("model");
  refuse_model_fields(model, where);
  PreTokenizer pre_tokenizer = [&] {
    json description = member(document, "pre_tokenizer");
    if (settings.adds_prefix_space && description.is_object() && description.value("type", "") == "ByteLevel")
      description["add_prefix_space"] = *settings.adds_prefix_space;
    return PreTokenizer(description, where);
  }();
  refuse_decoder(member(document, "decoder"), where);
  const auto front = token_in_front(member(document, "post_processor"), where);
  Bpe::Source source{.where = where,
                     .vocabulary = read_vocabulary(model.at("vocab"), where),
                     .merges = read_merges(model.at("merges"), where),
                     .unknown = {},
                     .fuses_unknown = model.value("fuse_unk", false),
                     .ignores_merges = model.value("ignore_merges", false)};
  if (const json& unknown = member(model, "unk_token"); !unknown.is_null())
    source.unknown = unknown.get<std::string>();
  std::vector<AddedToken> added = read_added_tokens(member(document, "added_tokens"), where);
  add_special_roles(added, settings, source);
  auto tokenizer = std::make_unique<ByteLevelBpe>(
      source, ByteLevelBpe::Stages{Normalizer(member(document, "normalizer"), where),
                                   std::move(pre_tokenizer), std::move(added)});
  finish(*tokenizer, settings, front, source.unknown);
  return tokenizer;
}

std::vector<std::pair<std::string, std::string>> read_merges_file(const std::string& text,
                                                                  const std::string& where) {
  std::vector<std::pair<std::string, std::string>> merges;
  std::size_t number = 0;
  for (const std::string_view line : lines_of(text)) {
    ++number;
    if (line.empty() || line.starts_with("#version")) continue;
    merges.push_back(split_merge(std::string(line), fmt::format("{}:{}", where, number)));
  }
  return merges;
}

}  // namespace

std::unique_ptr<ByteLevelBpe> tokenizer_from_json(const json& document, const std::string& where,
                                                  const TokenizerSettings& settings) {
  return with_json_errors(where, [&] { return build(document, where, settings); });
}

std::unique_ptr<ByteLevelBpe> tokenizer_from_vocabulary(const fs::path& vocabulary, const fs::path& merges,
                                                        const TokenizerSettings& settings) {
  const std::string where = vocabulary.string();
  const std::string vocabulary_text = read_file(vocabulary), merges_text = read_file(merges);
  Bpe::Source source{.where = where,
                     .vocabulary = read_vocabulary(parse_tokenizer_json(vocabulary_text, where), where),
                     .merges = read_merges_file(merges_text, merges.string()),
                     .unknown = {}};
  std::vector<AddedToken> added;
  TokenizerSettings with_default = settings;
  // GPT-2's classes take it for every role that the files leave open.
  for (const std::string role : {"bos_token", "eos_token", "unk_token"})
    with_default.roles.try_emplace(role, TokenizerSettings::Role{where, std::string(kEndOfText)});
  add_special_roles(added, with_default, source);
  const auto prefix =
      settings.adds_prefix_space.value_or(false) ? PreTokenizer::Prefix::kSpace : PreTokenizer::Prefix::kNone;
  auto tokenizer = std::make_unique<ByteLevelBpe>(
      source, ByteLevelBpe::Stages{Normalizer(), PreTokenizer(prefix, where), std::move(added)});
  finish(*tokenizer, settings, std::nullopt, std::string(kEndOfText));
  tokenizer->set_fingerprint(sha256(vocabulary_text + merges_text));
  return tokenizer;
}

}  // namespace iiet
