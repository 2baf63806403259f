#include "harness/base/line_reader.hpp"

#include <vector>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "tests/support/shared.hpp"

using namespace iiet;
using Lines = std::vector<std::string>;

namespace {

struct Text {
  test::TemporaryFolder folder;
  std::string path;
  explicit Text(const std::string& content) : path((folder.path() / "text").string()) {
    write_file_atomically(path, content);
  }
};

Lines read(const std::string& content, LineRules rules = {}) {
  const Text text(content);
  LineReader reader(text.path, rules);
  Lines lines;
  while (const auto line = reader.next()) {
    lines.emplace_back(*line);
    CHECK(reader.number() == lines.size());
  }
  CHECK_FALSE(reader.next().has_value());
  CHECK(reader.number() == lines.size());
  return lines;
}

}  // namespace

TEST_CASE("a carriage return before a line feed goes with it where lines of both kinds are read") {
  const LineRules rules{.ends = LineEnds::line_feed_or_crlf};
  CHECK(read("a\r\nb\rc\n\r\nd\r", rules) == Lines{"a", "b\rc", "", "d"});
  CHECK(read("a\r\n\r\n") == Lines{"a\r", "\r"});
}

TEST_CASE("lines end at line feeds, the last one need not end") {
  CHECK(read("") == Lines{});
  CHECK(read("\n") == Lines{""});
  CHECK(read("a\nb") == Lines{"a", "b"});
  CHECK(read("a\r\nb\rc\n\n") == Lines{"a\r", "b\rc", ""});
  CHECK(read(std::string("a\0b\n", 4)) == Lines{std::string("a\0b", 3)});
}

TEST_CASE("with universal line ends also at carriage returns") {
  const LineRules universal{LineEnds::universal, InvalidText::refuse};
  CHECK(read("a\r\nb\rc\nd", universal) == Lines{"a", "b", "c", "d"});
  CHECK(read("\r\r\n\n", universal) == Lines{"", "", ""});
}

TEST_CASE("lines longer than a block and pairs across blocks are whole") {
  const LineRules universal{LineEnds::universal, InvalidText::refuse};
  for (const std::size_t length : {131070U, 131071U, 131072U, 400000U}) {
    const std::string part(length, 'x');
    CHECK(read(part + "\r\ny\n", universal) == Lines{part, "y"});
    CHECK(read("y\n" + part + "\nz\n") == Lines{"y", part, "z"});
  }
}

TEST_CASE("bytes that are no UTF-8 are refused, replaced or kept") {
  const Text text("good \u00e4\nb\xc3(d\n");
  LineReader refusing(text.path);
  CHECK(refusing.next() == "good \u00e4");
  CHECK_THROWS_WITH(refusing.next(), Catch::Contains("text:2: not valid UTF-8 at byte 2 of the line (0xc3)"));
  CHECK(read("b\xc3(d\n", {LineEnds::line_feed, InvalidText::replace}) == Lines{"b\uFFFD(d"});
  CHECK(read("b\xc3(d\n", {LineEnds::line_feed, InvalidText::keep}) == Lines{"b\xc3(d"});
}

TEST_CASE("files that are not there or are folders are named") {
  const test::TemporaryFolder folder;
  CHECK_THROWS_WITH(LineReader("/nowhere/text"), Catch::Contains("/nowhere/text: cannot be read"));
  CHECK_THROWS_WITH(LineReader(folder.path().string()), Catch::Contains("it is a folder"));
}
