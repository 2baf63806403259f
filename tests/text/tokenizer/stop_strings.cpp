#include "harness/text/tokenizer/stop_strings.hpp"

#include <catch2/catch.hpp>

#include "harness/base/error.hpp"

namespace iiet::test {
namespace {

/// Pieces of text by number; the first is EOS, written out as the byte-level tokenizers do.
class Pieces : public Tokenizer {
 public:
  explicit Pieces(std::vector<std::string> pieces) : pieces_(std::move(pieces)) { special_.eos = 0; }
  std::vector<TokenId> encode(std::string_view) const override { return {}; }
  std::string decode(std::span<const TokenId> ids) const override {
    std::string text;
    for (const TokenId id : ids) text += pieces_.at(static_cast<std::size_t>(id));
    return text;
  }
  std::string piece(TokenId id) const override { return pieces_.at(static_cast<std::size_t>(id)); }
  TokenId size() const override { return static_cast<TokenId>(pieces_.size()); }

 private:
  std::vector<std::string> pieces_;
};

/// After how many tokens a stop string is complete; 0: never.
std::size_t stops_after(const StopStrings& stops, const std::vector<TokenId>& ids) {
  for (std::size_t n = 1; n <= ids.size(); ++n)
    if (stops.completed_by_last(std::span(ids).first(n))) return n;
  return 0;
}

}  // namespace

TEST_CASE("stop strings are found across borders of tokens, as soon as they are complete") {
  const Pieces tokenizer({"</s>", "Que", "stion", ":", "\n", "a", "\xC3", "\xA9", " Question: no"});
  const StopStrings stops(tokenizer, {"Question:", "\n\n", "\xC3\xA9"});
  CHECK(stops_after(stops, {5, 1, 2, 3, 5}) == 4);
  CHECK(stops_after(stops, {1, 2, 5, 3}) == 0);
  CHECK(stops_after(stops, {5, 4, 5, 4, 4, 4}) == 5);
  CHECK(stops_after(stops, {5, 6, 7, 5}) == 3);
  CHECK(stops_after(stops, {5, 8}) == 2);
  CHECK(stops_after(stops, std::vector<TokenId>(500, 5)) == 0);
  std::vector<TokenId> late(500, 5);
  late.insert(late.end(), {1, 2, 3});
  CHECK(stops_after(stops, late) == 503);
  CHECK(stops_after(stops, {5, 99, 5}) == 0);  // an id that only the model has
  CHECK(stops_after(StopStrings(tokenizer, {}), {5, 5}) == 0);
}

TEST_CASE("a special token is a stop string by its spelling and no part of the text") {
  const Pieces tokenizer({"</s>", "a", "b"});
  CHECK(stops_after(StopStrings(tokenizer, {"</s>"}), {1, 0, 2}) == 2);
  CHECK(tokenizer.decode_answer(std::vector<TokenId>{1, 0, 2, 3}) == "ab");
}

TEST_CASE("text is cut at the stop strings in their order") {
  const Pieces tokenizer({"</s>"});
  CHECK(StopStrings(tokenizer, {"b", "a"}).cut("xxabab") == "xx");
  CHECK(StopStrings(tokenizer, {"ba", "cb"}).cut("xcbax") == "xc");
  CHECK(StopStrings(tokenizer, {"cb", "ba"}).cut("xcbax") == "x");
  CHECK(StopStrings(tokenizer, {"y"}).cut("xcbax") == "xcbax");
  CHECK(StopStrings(tokenizer, {"x"}).cut("xcbax").empty());
  CHECK_THROWS_AS(StopStrings(tokenizer, {"a", ""}), InputError);
}

}  // namespace iiet::test
