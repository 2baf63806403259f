#include "harness/text/translation/chrf.hpp"

#include <limits>
#include <map>
#include <random>

#include <catch2/catch.hpp>

#include "harness/text/translation/ngram_overlap.hpp"

using namespace iiet;

namespace {

using Numbers = std::vector<std::uint32_t>;
using Views = std::vector<std::string_view>;

/// The definition, one order after the other.
std::size_t overlap(const Numbers& one, const Numbers& other, std::size_t order) {
  const auto counts = [order](const Numbers& text) {
    std::map<Numbers, std::size_t> result;
    for (auto begin = text.begin(); text.end() - begin >= static_cast<std::ptrdiff_t>(order); ++begin)
      ++result[Numbers(begin, begin + static_cast<std::ptrdiff_t>(order))];
    return result;
  };
  const auto in_one = counts(one);
  std::size_t sum = 0;
  for (const auto& [ngram, count] : counts(other))
    if (const auto found = in_one.find(ngram); found != in_one.end()) sum += std::min(count, found->second);
  return sum;
}

void check_overlap(NgramOverlap& ngrams, std::size_t orders, const Numbers& one, const Numbers& other) {
  const auto matches = ngrams.matches(one, other);
  REQUIRE(matches.size() == orders);
  for (std::size_t n = 1; n <= orders; ++n) {
    INFO("order " << n << " of " << orders << ", lengths " << one.size() << " and " << other.size());
    REQUIRE(matches[n - 1] == overlap(one, other, n));
  }
}

double score(const ChrfOptions& options, std::string_view hypothesis, const Views& references) {
  Chrf chrf(options);
  return chrf.score(chrf.segment(hypothesis, references));
}

}  // namespace

TEST_CASE("n-grams that two texts share are counted at every order") {
  std::mt19937 random(1);
  for (const std::size_t orders : {1, 2, 6, 8, 9, 16, 19}) {
    NgramOverlap ngrams(orders);
    for (int round = 0; round < 60; ++round) {
      const auto text = [&] {
        Numbers symbols(random() % 40);
        const std::uint32_t alphabet = 1 + random() % 4;
        for (std::uint32_t& symbol : symbols) symbol = random() % alphabet;
        return symbols;
      };
      const Numbers one = text(), other = text();
      check_overlap(ngrams, orders, one, other);
      check_overlap(ngrams, orders, one, one);
    }
  }
}

TEST_CASE("n-grams of texts too long for small numbers are counted") {
  NgramOverlap ngrams(6);
  Numbers one, other;
  for (std::uint32_t i = 0; i < 40000; ++i) {
    one.push_back(i * i % 7);
    other.push_back(i / 2 % 7);
  }
  check_overlap(ngrams, 6, one, other);
  check_overlap(ngrams, 6, Numbers(40000, 3), Numbers(70000, 3));
  // Few symbols, but one of them is large.
  check_overlap(ngrams, 6, {1, 2, 40000, 1}, {2, 40000, 1, 2});
  check_overlap(ngrams, 6, {1, 2}, {1, 2});
}

TEST_CASE("chrF++ takes one mark off a word, the last before the first") {
  CHECK(chrf_words("(so) it's \"now\". ... ? „da“ .x é, \u00A0!?") ==
        Views{"(so", ")", "it's", "\"now\"", ".", "..", ".", "?", "„da“", ".", "x", "é", ",", "!", "?"});
  CHECK(chrf_words(" \u3000").empty());
}

TEST_CASE("chrF's statistics are counts of n-grams") {
  Chrf chrf({.char_order = 3, .word_order = 1});
  CHECK(chrf.width() == 12);
  // Characters abcab and abab: ab twice in both; of three characters only `cab` and `aba` … differ.
  CHECK(chrf.segment("abc ab", Views{"ab ab"}) == std::vector<double>{5, 4, 4, 4, 3, 2, 3, 2, 0, 2, 2, 1});
  // The reference has no 3-gram: neither has the hypothesis then.
  CHECK(chrf.segment("abc", Views{"ab"}) == std::vector<double>{3, 2, 2, 2, 1, 1, 0, 0, 0, 1, 1, 0});
  CHECK(chrf.segment("", Views{"ab"}) == std::vector<double>{0, 2, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0});
}

TEST_CASE("chrF of texts shorter than its orders") {
  CHECK(score({}, "a", {"a"}) == 100);
  CHECK(score({.eps_smoothing = true}, "a", {"a"}) == Approx(100.0 / 6));
  CHECK(score({}, "", {"a"}) == 0);
  CHECK(score({}, "a", {""}) == 0);
  CHECK(score({}, "", {""}) == 0);
  CHECK(score({}, "a b\u2003c\x1F", {"ab c"}) == 100);
  CHECK(score({.whitespace = true}, "a ", {"a"}) < 100);
  CHECK(score({.lowercase = true}, "ΟΔΟΣ", {"οδος"}) == 100);
}

TEST_CASE("chrF takes the reference that scores best, the first of equals") {
  Chrf chrf({.char_order = 1});
  CHECK(chrf.segment("ab", Views{"xyz", "ab", "abc"}) == std::vector<double>{2, 2, 2});
  CHECK(chrf.segment("ab", Views{"wx", "xyz"}) == std::vector<double>{2, 2, 0});
  CHECK_THROWS_WITH(chrf.segment("ab", Views{}), "chrF: a segment without a reference");
}

TEST_CASE("chrF says what it is") {
  CHECK(Chrf({}).name() == "chrF2");
  CHECK(Chrf({.word_order = 2, .beta = 0.5}).name() == "chrF0.5++");
  CHECK_THROWS_WITH(Chrf({.char_order = -1}), "chrF: character order -1; allowed: 0 to 99");
  CHECK_THROWS_WITH(Chrf({.word_order = 100}), "chrF: word order 100; allowed: 0 to 99");
  CHECK_THROWS_WITH(Chrf({.char_order = 0}), "chrF: character and word order are both 0");
  CHECK_THROWS_WITH(Chrf({.beta = std::numeric_limits<double>::quiet_NaN()}),
                    "chrF: beta nan; allowed: 0 or more");
}

TEST_CASE("chrF's resampled score divides in single precision") {
  Chrf chrf({.char_order = 1, .beta = 1});
  const std::vector<float> sums{3, 7, 1};
  const double precision = 1.0F / 3.0F, recall = 1.0F / 7.0F;
  CHECK(chrf.resampled_score(sums) == 100 * (2 * precision * recall / (precision + recall)));
  CHECK(chrf.resampled_score(sums) != chrf.score(std::vector<double>{3, 7, 1}));
}
