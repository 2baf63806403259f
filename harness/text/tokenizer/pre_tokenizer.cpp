#include "harness/text/tokenizer/pre_tokenizer.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"

namespace iiet {
namespace {

constexpr std::string_view kGpt2Pattern =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

/// A stretch of text and whether the pattern matched it.
struct TextPart {
  std::size_t begin, end;
  bool matched;
};

std::vector<TextPart> all_parts(const std::vector<SplitPattern::Range>& matches, std::size_t size,
                                bool inverted) {
  std::vector<TextPart> parts;
  parts.reserve(matches.size() + 1);
  std::size_t done = 0;
  for (const auto [begin, end] : matches) {
    if (begin > done) parts.push_back({done, begin, inverted});
    parts.push_back({begin, end, !inverted});
    done = end;
  }
  if (done < size) parts.push_back({done, size, inverted});
  return parts;
}

/// Joins each match to what stands before it, unless that is a match too.
void merge_with_previous(std::vector<TextPart>& parts) {
  std::vector<TextPart> merged;
  bool previous_matched = false;
  for (const TextPart& part : parts) {
    if (part.matched && !previous_matched && !merged.empty())
      merged.back().end = part.end;
    else
      merged.push_back(part);
    previous_matched = part.matched;
  }
  parts = std::move(merged);
}

void merge_with_next(std::vector<TextPart>& parts) {
  std::vector<TextPart> merged;
  bool next_matched = false;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    if (part->matched && !next_matched && !merged.empty())
      merged.back().begin = part->begin;
    else
      merged.push_back(*part);
    next_matched = part->matched;
  }
  std::reverse(merged.begin(), merged.end());
  parts = std::move(merged);
}

void merge_contiguous(std::vector<TextPart>& parts) {
  std::vector<TextPart> merged;
  for (const TextPart& part : parts) {
    if (!merged.empty() && merged.back().matched == part.matched)
      merged.back().end = part.end;
    else
      merged.push_back(part);
  }
  parts = std::move(merged);
}

}  // namespace

PreTokenizer::PreTokenizer(const nlohmann::json& description, const std::string& where) {
  if (!description.is_null()) {
    if (description.value("type", "") == "Sequence")
      for (const auto& part : description.at("pretokenizers")) add(part, where);
    else
      add(description, where);
  }
  require(
      has_byte_level_,
      "{}: no ByteLevel pre_tokenizer: of tokenizer.json only byte-level BPE is supported; a SentencePiece "
      "vocabulary is read from its tokenizer.model",
      where);
}

PreTokenizer::PreTokenizer(Prefix prefix, const std::string& where)
    : byte_level_(Split{SplitPattern(kGpt2Pattern, where), Behavior::kIsolated, false}),
      prefix_(prefix),
      has_byte_level_(true) {}

void PreTokenizer::add(const nlohmann::json& description, const std::string& where) {
  const std::string type = description.value("type", "");
  require(!has_byte_level_, "{}: pre_tokenizer: '{}' after ByteLevel is not supported", where, type);
  if (type == "ByteLevel") {
    add_byte_level(description, where);
  } else if (type == "Digits") {
    const bool one_by_one = description.value("individual_digits", false);
    before_.push_back(
        {SplitPattern(R"(\p{N})", where), one_by_one ? Behavior::kIsolated : Behavior::kContiguous, false});
  } else if (type == "Split") {
    before_.push_back(read_split(description, where));
  } else {
    throw InputError(
        fmt::format("{}: pre_tokenizer '{}' is not supported; supported: ByteLevel, Digits, Split, "
                    "Sequence",
                    where, type));
  }
}

void PreTokenizer::add_byte_level(const nlohmann::json& description, const std::string& where) {
  has_byte_level_ = true;
  prefix_ = description.value("add_prefix_space", true) ? Prefix::kSpace : Prefix::kNone;
  if (description.value("use_regex", true))
    byte_level_ = Split{SplitPattern(kGpt2Pattern, where), Behavior::kIsolated, false};
}

PreTokenizer::Split PreTokenizer::read_split(const nlohmann::json& description, const std::string& where) {
  const auto& pattern = description.at("pattern");
  const Behavior behavior = read_behavior(description.at("behavior").get<std::string>(), where);
  const bool inverted = description.value("invert", false);
  if (pattern.is_object() && pattern.contains("Regex"))
    return {SplitPattern(pattern["Regex"].get<std::string>(), where), behavior, inverted};
  require(pattern.is_object() && pattern.contains("String"),
          "{}: pre_tokenizer Split: the pattern must be a Regex or a String, got {}", where, pattern.dump());
  return {SplitPattern::literal(pattern["String"].get<std::string>(), where), behavior, inverted};
}

PreTokenizer::Behavior PreTokenizer::read_behavior(const std::string& name, const std::string& where) {
  const std::vector<std::pair<std::string, Behavior>> known = {
      {"Removed", Behavior::kRemoved},
      {"Isolated", Behavior::kIsolated},
      {"MergedWithPrevious", Behavior::kMergedWithPrevious},
      {"MergedWithNext", Behavior::kMergedWithNext},
      {"Contiguous", Behavior::kContiguous}};
  for (const auto& [known_name, behavior] : known)
    if (known_name == name) return behavior;
  throw InputError(fmt::format("{}: pre_tokenizer Split: behavior '{}' is not supported", where, name));
}

std::vector<std::string_view> PreTokenizer::apply(const Split& split, std::string_view text) {
  std::vector<TextPart> parts = all_parts(split.pattern.matches(text), text.size(), split.inverted);
  switch (split.behavior) {
    case Behavior::kRemoved:
      std::erase_if(parts, [](const TextPart& part) { return part.matched; });
      break;
    case Behavior::kIsolated:
      break;
    case Behavior::kMergedWithPrevious:
      merge_with_previous(parts);
      break;
    case Behavior::kMergedWithNext:
      merge_with_next(parts);
      break;
    case Behavior::kContiguous:
      merge_contiguous(parts);
      break;
  }
  std::vector<std::string_view> words;
  words.reserve(parts.size());
  for (const TextPart& part : parts)
    if (part.end > part.begin) words.push_back(text.substr(part.begin, part.end - part.begin));
  return words;
}

Words PreTokenizer::split(std::string_view text) const {
  Words result;
  if (text.empty()) return result;
  std::vector<std::string_view> words = {text};
  const auto split_all = [&words](const Split& split) {
    if (words.size() == 1) {
      words = apply(split, words.front());
      return;
    }
    std::vector<std::string_view> next;
    for (const std::string_view word : words) {
      const auto parts = apply(split, word);
      next.insert(next.end(), parts.begin(), parts.end());
    }
    words = std::move(next);
  };
  for (const Split& split : before_) split_all(split);
  if (prefix_ == Prefix::kSpace)
    for (std::string_view& word : words)
      if (word.front() != ' ') word = result.own.emplace_back(1, ' ').append(word);
  if (byte_level_) split_all(*byte_level_);
  result.words = std::move(words);
  return result;
}

}  // namespace iiet
