#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "harness/base/files.hpp"
#include "harness/text/rouge/porter_stemmer.hpp"
#include "harness/text/rouge/rouge155_stemmer.hpp"
#include "tests/support/shared.hpp"

using namespace iiet;

namespace {

using Stems = std::vector<std::pair<std::string, std::string>>;

void check(std::string (*stem)(std::string_view), const Stems& stems) {
  for (const auto& [word, expected] : stems) {
    INFO(word);
    CHECK(stem(word) == expected);
  }
}

}  // namespace

TEST_CASE("the extensions of NLTK to Porter's stemmer") {
  check(porter_stem, {{"dies", "die"},
                      {"flies", "fli"},
                      {"spied", "spi"},
                      {"died", "die"},
                      {"tried", "tri"},
                      {"used", "use"},
                      {"using", "use"},
                      {"uses", "use"},
                      {"enjoy", "enjoy"},
                      {"enjoyment", "enjoy"},
                      {"happily", "happili"},
                      {"generally", "gener"},
                      {"conditionally", "condit"},
                      {"geology", "geolog"},
                      {"archaeology", "archaeolog"},
                      {"hopefully", "hope"}});
  // The list of words that the rules would treat badly.
  check(porter_stem, {{"skies", "sky"},
                      {"dying", "die"},
                      {"lying", "lie"},
                      {"tying", "tie"},
                      {"news", "news"},
                      {"innings", "inning"},
                      {"outings", "outing"},
                      {"cannings", "canning"},
                      {"howe", "howe"},
                      {"proceed", "proceed"},
                      {"exceed", "exceed"},
                      {"succeed", "succeed"}});
}

TEST_CASE("the steps of Porter's stemmer") {
  check(porter_stem, {{"agreed", "agre"},         {"feed", "feed"},           {"hopping", "hop"},
                      {"falling", "fall"},        {"filing", "file"},         {"failing", "fail"},
                      {"relational", "relat"},    {"rational", "ration"},     {"argument", "argument"},
                      {"statement", "statement"}, {"accidental", "accident"}, {"police", "polic"},
                      {"people", "peopl"},        {"children", "children"},   {"easily", "easili"},
                      {"oscillate", "oscil"},     {"caresses", "caress"},     {"ponies", "poni"},
                      {"cement", "cement"},       {"agreement", "agreement"}, {"employment", "employ"}});
}

TEST_CASE("digits are consonants to the stemmers") {
  check(porter_stem, {{"1990s", "1990"}, {"a11ed", "a1"}, {"x11ed", "x11ed"}});
  check(rouge155_stem, {{"1990s", "1990"}, {"a11ed", "a1"}, {"x11ed", "x11ed"}});
}

TEST_CASE("words of one and two letters stay") { check(porter_stem, {{"s", "s"}, {"as", "as"}, {"", ""}}); }

TEST_CASE("the stemmer of ROUGE-1.5.5 tries ment and ent again") {
  check(rouge155_stem, {{"accidental", "accid"},
                        {"argument", "argum"},
                        {"statement", "statem"},
                        {"employment", "employ"},
                        {"dies", "di"},
                        {"used", "us"},
                        {"news", "new"},
                        {"relational", "relat"},
                        {"hopping", "hop"},
                        {"filing", "file"},
                        {"yellow", "yellow"},
                        {"yes", "ye"},
                        {"adoption", "adopt"},
                        {"controlling", "control"}});
}

TEST_CASE("NLTK's stems of 7,602 words") {
  REQUIRE_SHARED("golden/metrics/stemmer.tsv");
  const std::string file = read_file(test::shared_folder() / "golden/metrics/stemmer.tsv");
  std::size_t compared = 0;
  for (const std::string_view line : lines_of(file)) {
    const std::size_t tab = line.find('\t');
    const std::string_view word = line.substr(0, tab);
    if (porter_stem(word) != line.substr(tab + 1)) FAIL_CHECK(line << ", got " << porter_stem(word));
    ++compared;
  }
  CHECK(compared == 7602);
}
