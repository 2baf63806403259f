#include "harness/base/python_literal.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "harness/base/error.hpp"

using namespace iiet;

TEST_CASE("text is written as Python's repr writes it") {
  CHECK(python_literal("") == "''");
  CHECK(python_literal("it's") == "\"it's\"");
  CHECK(python_literal("it's \"so\"") == "'it\\'s \"so\"'");
  CHECK(python_literal("a\\b\n\t\r\x01\x7f") == "'a\\\\b\\n\\t\\r\\x01\\x7f'");
  CHECK(python_literal("é…😀") == "'é…😀'");
  CHECK(python_literal("\u00a0\u2028\U000E0001") == "'\\xa0\\u2028\\U000e0001'");
  CHECK_THROWS_AS(python_literal("\xff"), InputError);
  const std::vector<std::string> list{"a", "it's"};
  CHECK(python_literal(list) == "['a', \"it's\"]");
}
