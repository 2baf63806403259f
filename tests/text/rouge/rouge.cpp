#include "harness/text/rouge/rouge.hpp"

#include <random>

#include <catch2/catch.hpp>

#include "harness/base/error.hpp"

using namespace iiet;
using Catch::Matchers::Contains;
using Strings = std::vector<std::string>;

namespace {

Strings words(const std::string& text, RougeStemming stemming = RougeStemming::kNone) {
  return RougeTokenizer(rouge_score_dialect(stemming)).words(text);
}

RougeScore score(const std::string& type, const std::string& target, const std::string& prediction) {
  return RougeScorer({rouge_type(type)}, RougeStemming::kNone).score(target, prediction).front();
}

/// The length of a longest common subsequence by the textbook's table, and the places in `a` of the one that
/// ROUGE reads from it.
struct Table {
  std::size_t length = 0;
  std::vector<bool> places;
};

Table table_of(const std::vector<RougeToken>& a, const std::vector<RougeToken>& b) {
  std::vector<std::vector<std::size_t>> cells(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 1; i <= a.size(); ++i)
    for (std::size_t j = 1; j <= b.size(); ++j)
      cells[i][j] =
          a[i - 1] == b[j - 1] ? cells[i - 1][j - 1] + 1 : std::max(cells[i - 1][j], cells[i][j - 1]);
  Table table{cells[a.size()][b.size()], std::vector<bool>(a.size())};
  for (std::size_t i = a.size(), j = b.size(); i > 0 && j > 0;) {
    if (a[i - 1] == b[j - 1]) {
      table.places[--i] = true;
      --j;
    } else if (cells[i][j - 1] > cells[i - 1][j]) {
      --j;
    } else {
      --i;
    }
  }
  return table;
}

}  // namespace

TEST_CASE("ROUGE's tokens are runs of ASCII letters and digits") {
  CHECK(words("Hello, world_2!") == Strings{"hello", "world", "2"});
  CHECK(words("naïve café 3.14 don't") == Strings{"na", "ve", "caf", "3", "14", "don", "t"});
  CHECK(words("&apos;s 北京") == Strings{"apos", "s"});
  CHECK(words("").empty());
  CHECK(words(" \n\t").empty());
}

TEST_CASE("two letters beyond ASCII have an ASCII letter in their lower case") {
  CHECK(words("\u0130stanbul \u212Aelvin 5\u212A") == Strings{"i", "stanbul", "kelvin", "5k"});
  CHECK(words("\u0131 \u017F \uFF21") == Strings{});
}

TEST_CASE("tokens of more than three letters are stemmed") {
  CHECK(words("Runs running was ties", RougeStemming::kPorter) == Strings{"run", "run", "was", "tie"});
}

TEST_CASE("ROUGE counts common n-grams once for each pair of them") {
  CHECK(score("rouge1", "the cat sat", "the the cat") == RougeScore{2.0 / 3, 2.0 / 3, 2.0 / 3});
  const RougeScore bigrams = score("rouge2", "a b a b", "a b");
  CHECK(bigrams.precision == 1);
  CHECK(bigrams.recall == 1.0 / 3);
  CHECK(bigrams.fmeasure == 0.5);
  // b c stands in both, but after other tokens.
  CHECK(score("rouge3", "a b c d", "x b c y") == RougeScore{});
  CHECK(score("rouge9", "a b c d e f g h i", "a b c d e f g h i j").recall == 1);
  CHECK(score("rouge2", "a", "a") == RougeScore{});
}

TEST_CASE("rougeL takes no notice of lines, rougeLsum takes the union over them") {
  const std::string target = "a b c d\ne f", prediction = "e f\na b c d";
  CHECK(score("rougeL", target, prediction).recall == 4.0 / 6);
  CHECK(score("rougeLsum", target, prediction).recall == 1);
  CHECK(score("rougeLsum", "a\n\n \nb", "\nb\n!\na\n").fmeasure == 1);
}

TEST_CASE("rougeLsum counts a token as often as both summaries have it") {
  const RougeScore clipped = score("rougeLsum", "a b\na c", "a");
  CHECK(clipped.recall == 0.25);
  CHECK(clipped.precision == 1);
}

TEST_CASE("of several subsequences rougeLsum takes that which drops the target's last tokens") {
  // Of `a b` and `b a` the table's path takes a, not b. That leaves the a's of the second line without a hit.
  const RougeScore tied = score("rougeLsum", "a b\na x", "b a\ny");
  CHECK(tied.recall == 0.25);
  CHECK(tied.precision == 1.0 / 3);
}

TEST_CASE("empty texts score 0") {
  for (const std::string& type : rouge_type_names()) {
    INFO(type);
    CHECK(score(type, "", "") == RougeScore{});
    CHECK(score(type, "a", "") == RougeScore{});
    CHECK(score(type, "!", "a") == RougeScore{});
  }
}

TEST_CASE("of several targets each type takes the best, the first of equals") {
  RougeScorer scorer({rouge_type("rouge1"), rouge_type("rouge2")}, RougeStemming::kNone);
  const std::vector<std::string_view> targets{"b a c d", "a b x y z q", "a b"};
  const auto best = scorer.score_multi(targets, "a b c d");
  CHECK(best[0].fmeasure == 1);
  CHECK(best[1].recall == 1);  // of `a b`
  // Both have F 2/5, the first of precision 1/4 and recall 1, the second of 1/2 and 1/3.
  std::vector<std::string_view> equal{"a", "a b x x x x"};
  CHECK(scorer.score_multi(equal, "a b c d")[0].recall == 1);
  std::swap(equal[0], equal[1]);
  CHECK(scorer.score_multi(equal, "a b c d")[0].recall == 1.0 / 3);
  CHECK_THROWS_WITH(scorer.score_multi({}, "a"), Contains("at least one target"));
}

TEST_CASE("names of ROUGE types") {
  CHECK(rouge_type("rouge9") == RougeType{.kind = RougeType::Kind::kNgram, .order = 9});
  CHECK(rouge_type_names().size() == 11);
  for (const std::string& name : rouge_type_names()) CHECK(to_string(rouge_type(name)) == name);
  for (const char* name : {"rouge0", "rouge10", "rouge", "rougel", "ROUGE1", "rouge1 ", ""})
    CHECK_THROWS_AS(rouge_type(name), InputError);
  CHECK_THROWS_WITH(rouge_type("rougeLsun"),
                    Contains("unknown ROUGE type 'rougeLsun'; did you mean 'rougeLsum'?") &&
                        Contains("known: rouge1, rouge2"));
  CHECK_THROWS_AS(RougeScorer({}, RougeStemming::kNone), InputError);
}

TEST_CASE("the bit-parallel common subsequence is the table's, whatever the lengths") {
  std::mt19937 random(7);
  CommonSubsequence subsequence;
  for (int round = 0; round < 400; ++round) {
    const RougeToken distinct = 1 + random() % 12;
    std::vector<RougeToken> a(random() % 200), b(random() % 200);
    for (RougeToken& token : a) token = random() % distinct;
    for (RougeToken& token : b) token = random() % (distinct + 2);
    const Table table = table_of(a, b);
    subsequence.set_text(a, distinct + 2);
    REQUIRE(subsequence.length(b) == table.length);
    subsequence.mark(b);
    for (std::size_t place = 0; place < a.size(); ++place)
      REQUIRE(subsequence.is_marked(place) == table.places[place]);
  }
}
