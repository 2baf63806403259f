#include <algorithm>
#include <charconv>
#include <limits>
#include <memory>

#include <fmt/ranges.h>

#include "harness/app/command.hpp"
#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "harness/text/tokenizer/tokenizer.hpp"

namespace iiet {
namespace {

struct Options {
  std::string tokenizer;
  std::string input = "-";
  bool json = false;
  bool decode = false;
};

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

/// Ids separated by white space or commas, as the command itself and JSON arrays write them.
std::vector<TokenId> parse_ids(std::string_view line, const std::string& where) {
  std::vector<TokenId> ids;
  constexpr std::string_view separators = " \t\r,[]";
  for (std::size_t at = 0; (at = line.find_first_not_of(separators, at)) != std::string_view::npos;) {
    const std::size_t end = std::min(line.find_first_of(separators, at), line.size());
    const std::string_view word = line.substr(at, end - at);
    TokenId id = 0;
    const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), id);
    require(error == std::errc() && stop == word.data() + word.size(), "{}: expected token ids, got '{}'",
            where, word);
    ids.push_back(id);
    at = end;
  }
  return ids;
}

std::vector<TokenId> ids_of(const Json& object, const std::string& where) {
  require(object.is_object() && object.contains("ids") && object["ids"].is_array(),
          "{}: expected {{\"ids\": [..]}}, got {}", where, dump(object));
  std::vector<TokenId> ids;
  for (const Json& id : object["ids"]) {
    require(id.is_number_integer() && id >= std::numeric_limits<TokenId>::min() &&
                id <= std::numeric_limits<TokenId>::max(),
            "{}: ids: expected token ids, got {}", where, dump(id));
    ids.push_back(id.get<TokenId>());
  }
  return ids;
}

std::string decode_at(const Tokenizer& tokenizer, std::span<const TokenId> ids, const std::string& where) {
  for (const TokenId id : ids)
    require(id >= 0 && id < tokenizer.size(), "{}: token id {} is not in the vocabulary; allowed: 0 to {}",
            where, id, tokenizer.size() - 1);
  return tokenizer.decode(ids);
}

std::string answer_json(const Tokenizer& tokenizer, const Options& options, const Json& object,
                        const std::string& where) {
  if (options.decode) return dump({{"text", decode_at(tokenizer, ids_of(object, where), where)}});
  require(object.is_object() && object.contains("text") && object["text"].is_string(),
          "{}: expected {{\"text\": \"…\"}}, got {}", where, dump(object));
  const auto& text = object["text"].get_ref<const std::string&>();
  return dump({{"ids", tokenizer.encode(text)}, {"pieces", tokenizer.pieces(text)}});
}

std::string answer(const Tokenizer& tokenizer, const Options& options, std::string_view line,
                   const std::string& where) {
  if (options.json) return answer_json(tokenizer, options, parse_json(line, where), where);
  if (options.decode) return decode_at(tokenizer, parse_ids(line, where), where);
  return fmt::format("{}", fmt::join(tokenizer.encode(line), " "));
}

/// Answers every line before it prints any, so that a bad line leaves no half of an output.
int run(const Options& options) {
  const auto tokenizer = load_tokenizer(options.tokenizer);
  const bool from_stdin = options.input == "-";
  const std::string content = read_input(from_stdin ? "" : options.input);
  const std::string source = from_stdin ? "standard input" : options.input;
  std::string out;
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < content.size();) {
    const std::size_t end = std::min(content.find('\n', begin), content.size());
    const std::string_view line = std::string_view(content).substr(begin, end - begin);
    begin = end + 1;
    ++number;
    // A blank line is a text of its own, but no JSON.
    if (options.json && line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    out += answer(*tokenizer, options, line, fmt::format("{}:{}", source, number)) + "\n";
  }
  print(out);
  return kDone;
}

std::function<int()> configure(CLI::App& parser) {
  const auto options = std::make_shared<Options>();
  parser
      .add_option("--tokenizer", options->tokenizer,
                  "tokenizer.model, tokenizer.json, vocab.json, or their folder")
      ->required();
  parser.add_option("--input", options->input, "file to read instead of standard input")
      ->capture_default_str();
  parser.add_flag("--decode", options->decode, "ids in, text out");
  parser.add_flag("--json", options->json,
                  "JSON lines: {\"text\"} in, {\"ids\", \"pieces\"} out; with --decode back");
  return [options] { return run(*options); };
}

}  // namespace

const Command kTokenizeCommand{"tokenize", "lines of text to token ids, and back", configure};

}  // namespace iiet
