#include "harness/base/python_regex.hpp"

#include <catch2/catch.hpp>

#include "harness/base/error.hpp"

using namespace iiet;

namespace {

std::vector<std::string> wholes(const char* pattern, std::string_view text) {
  std::vector<std::string> found;
  for (const auto& match : PythonRegex(pattern).find_all(text)) found.emplace_back(match.whole);
  return found;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("all matches are found, empty ones beside others too") {
  CHECK(wholes("a+", "aabaa") == Texts{"aa", "aa"});
  CHECK(wholes("a*", "baac") == Texts{"", "aa", "", ""});
  CHECK(wholes("", "éa") == Texts{"", "", ""});
  CHECK(wholes("x", "") == Texts{});
}

TEST_CASE("characters are code points, classes those of Python") {
  CHECK(wholes(".", "é\n…") == Texts{"é", "…"});
  CHECK(wholes(R"(\d+)", "a12 ٣x") == Texts{"12", "٣"});
  CHECK(wholes(R"([0-9]+)", "12 ٣") == Texts{"12"});
  CHECK(wholes(R"(\s+)",
               "a \u3000\x1c"
               "b\u2028") == Texts{" \u3000\x1c", "\u2028"});
  CHECK(wholes(R"([\s,]+)", "a\x1f,b") == Texts{"\x1f,"});
  CHECK(wholes("[]a]+", "b]a") == Texts{"]a"});
}

TEST_CASE("a dollar stands before a last line end as well") {
  CHECK(wholes("a$", "a\n") == Texts{"a"});
  CHECK(wholes("a$", "a\n\n") == Texts{});
  CHECK(wholes("(?m)a$", "a\na") == Texts{"a", "a"});
  CHECK(wholes(".", "\r\u0085") == Texts{"\r", "\u0085"});
}

TEST_CASE("groups that took no part are empty") {
  const auto matches = PythonRegex("(a)|(b)(c)?").find_all("ab");
  REQUIRE(matches.size() == 2);
  CHECK(matches[0].groups == std::vector<std::string_view>{"a", "", ""});
  CHECK(matches[1].groups == std::vector<std::string_view>{"", "b", ""});
}

TEST_CASE("matches are taken out") {
  CHECK(PythonRegex("(?s).*#### ").without_matches("a\n#### b#### c") == "c");
  CHECK(PythonRegex(",").without_matches("1,234,") == "1234");
  CHECK(PythonRegex("x*").without_matches("axb") == "ab");
}

TEST_CASE("what Python and PCRE2 read in different ways is refused") {
  for (const char* pattern : {R"(\w)", R"(\bx)", R"(x\Z)", R"(\Qx\E)", "a{,2}", "[[:alpha:]]", "(?i)x",
                              "(*UCP)x", "(?|a)", R"((a)\1)"})
    CHECK_THROWS_WITH(PythonRegex(pattern), Catch::Contains("not supported"));
  CHECK_THROWS_AS(PythonRegex("("), InputError);
  CHECK_THROWS_AS(PythonRegex("a").find_all("\xff"), Error);
}
