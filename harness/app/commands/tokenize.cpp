#include <algorithm>
#include <charconv>
#include <memory>

#include <fmt/ranges.h>

#include "harness/app/command.hpp"
#include "harness/app/json_input.hpp"
#include "harness/base/files.hpp"
#include "harness/base/json_fields.hpp"
#include "harness/base/line_reader.hpp"
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
std::vector<TokenId> parse_ids(std::string_view line, const std::string& where, TokenId vocabulary) {
  std::vector<TokenId> ids;
  constexpr std::string_view separators = " \t\r,[]";
  for (std::size_t at = 0; (at = line.find_first_not_of(separators, at)) != std::string_view::npos;) {
    const std::size_t end = std::min(line.find_first_of(separators, at), line.size());
    const std::string_view word = line.substr(at, end - at);
    TokenId id = 0;
    const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), id);
    require(error == std::errc() && stop == word.data() + word.size() && id >= 0 && id < vocabulary,
            "{}: token ids are 0 to {}, got '{}'", where, vocabulary - 1, word);
    ids.push_back(id);
    at = end;
  }
  return ids;
}

std::string answer_json(const Tokenizer& tokenizer, const Options& options, const Json& object,
                        const std::string& where) {
  if (options.decode)
    return dump({{"text", tokenizer.decode(ids_of(field(object, "ids", where), where, tokenizer.size()))}});
  const auto text = field<std::string>(object, "text", where);
  return dump({{"ids", tokenizer.encode(text)}, {"pieces", tokenizer.pieces(text)}});
}

std::string answer(const Tokenizer& tokenizer, const Options& options, std::string_view line,
                   const std::string& where) {
  if (options.decode) return tokenizer.decode(parse_ids(line, where, tokenizer.size()));
  return fmt::format("{}", fmt::join(tokenizer.encode(line), " "));
}

/// Answers every line before it prints any, so that a bad line leaves no half of an output.
int run(const Options& options) {
  const auto tokenizer = load_tokenizer(options.tokenizer);
  const std::string input = options.input == "-" ? "" : options.input;
  std::string out;
  if (options.json) {
    for_each_input_object(input, [&](const Json& object, const std::string& where) {
      out += answer_json(*tokenizer, options, object, where) + "\n";
    });
  } else {
    LineReader lines(open_input(input), {.invalid = InvalidText::keep});
    while (const auto line = lines.next())
      out += answer(*tokenizer, options, *line, fmt::format("{}:{}", lines.name(), lines.number())) + "\n";
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
