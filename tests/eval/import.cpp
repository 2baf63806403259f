#include "harness/eval/import.hpp"

#include <algorithm>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "harness/eval/documents.hpp"
#include "tests/support/shared.hpp"

using namespace iiet;
namespace fs = std::filesystem;

namespace {

/// Releases made by the test, and a place to import them to.
struct Releases : test::TemporaryFolder {
  void add(const std::string& file, const std::string& content) const {
    write_file_atomically(path() / file, content);
  }
  fs::path to() const { return path() / "imported"; }
  std::optional<std::size_t> import(const std::string& task, const std::string& split) const {
    for (const ImportRule& rule : import_rules())
      if (rule.task == task && rule.split == split) return import_split(rule, path(), to());
    throw Error("no such rule");
  }
  std::vector<Json> rows(const std::string& file) const {
    std::vector<Json> rows;
    for_each_json_line(to() / file, [&](Json row, std::size_t) { rows.push_back(std::move(row)); });
    return rows;
  }
};

}  // namespace

TEST_CASE("every task can be imported, its evaluated split first") {
  for (const Task& task : Registry<Task>::all()) {
    INFO(task.name);
    const auto& rules = import_rules();
    const auto rule =
        std::find_if(rules.begin(), rules.end(), [&](const ImportRule& r) { return r.task == task.name; });
    REQUIRE(rule != rules.end());
    CHECK(rule->split == evaluated_split(task));
  }
}

TEST_CASE("an absent release imports nothing") {
  const Releases releases;
  CHECK_FALSE(releases.import("copa", "validation"));
  CHECK_FALSE(fs::exists(releases.to()));
  releases.add("piqa/valid.jsonl", R"({"goal": "g", "sol1": "a", "sol2": "b"})");
  CHECK_FALSE(releases.import("piqa", "validation"));  // its labels are a file of their own
}

TEST_CASE("piqa gets its labels, line by line") {
  const Releases releases;
  releases.add("piqa/valid.jsonl",
               "{\"goal\": \"g\", \"sol1\": \"a \", \"sol2\": \"b\"}\n"
               "{\"goal\": \"h\", \"sol1\": \"c\", \"sol2\": \"d\"}\n");
  releases.add("piqa/valid-labels.lst", "1\n0\n");
  CHECK(releases.import("piqa", "validation") == 2);
  const auto rows = releases.rows("piqa/validation.jsonl");
  CHECK(rows[0].dump() == R"({"goal":"g","sol1":"a ","sol2":"b","label":1})");
  CHECK(rows[1]["label"] == 0);

  releases.add("piqa/valid-labels.lst", "1\n");
  CHECK_THROWS_WITH(releases.import("piqa", "validation"), Catch::Contains("valid.jsonl:2"));
  releases.add("piqa/valid-labels.lst", "1\n0\n1\n");
  CHECK_THROWS_WITH(releases.import("piqa", "validation"), Catch::Contains("3 labels for 2 rows"));
  releases.add("piqa/valid-labels.lst", "1\nx\n");
  CHECK_THROWS_WITH(releases.import("piqa", "validation"), Catch::Contains("'x'"));
}

TEST_CASE("a failed import leaves the old file as it was") {
  const Releases releases;
  releases.add("copa/val.jsonl", R"({"premise": "p"})");
  releases.import("copa", "validation");
  releases.add("copa/val.jsonl", "{");
  CHECK_THROWS_AS(releases.import("copa", "validation"), InputError);
  CHECK(releases.rows("copa/validation.jsonl").size() == 1);
}

TEST_CASE("importing twice gives the same file") {
  const Releases releases;
  releases.add("boolq/val.jsonl", R"({"question": "q", "passage": "é", "idx": 3, "label": "true"})");
  releases.import("boolq", "validation");
  const std::string once = read_file(releases.to() / "boolq/validation.jsonl");
  releases.import("boolq", "validation");
  CHECK(read_file(releases.to() / "boolq/validation.jsonl") == once);
  CHECK(once == "{\"question\":\"q\",\"passage\":\"é\",\"idx\":3,\"label\":1}\n");
}

TEST_CASE("arc and openbookqa are unnested") {
  const Releases releases;
  releases.add(
      "arc_easy/ARC-Easy-Test.jsonl",
      R"({"id":"x","question":{"stem":"s","choices":[{"text":"t","label":"1"},{"text":"u","label":"2"}]},"answerKey":"2"})");
  releases.add("openbookqa/openbook_qa.jsonl", R"({"query": "s", "choices": ["a","b","c","d"], "gold": 2})");
  CHECK(releases.import("arc_easy", "test") == 1);
  CHECK(releases.import("openbookqa", "test") == 1);
  CHECK(releases.rows("arc_easy/test.jsonl")[0].dump() ==
        R"({"id":"x","question":"s","choices":{"text":["t","u"],"label":["1","2"]},"answerKey":"2"})");
  CHECK(
      releases.rows("openbookqa/test.jsonl")[0].dump() ==
      R"({"id":"0","question_stem":"s","choices":{"text":["a","b","c","d"],"label":["A","B","C","D"]},"answerKey":"C"})");
}

TEST_CASE("a malformed release is named by file, line and field") {
  const Releases releases;
  releases.add("arc_easy/ARC-Easy-Test.jsonl", R"({"id":"x","question":{"choices":[]},"answerKey":"2"})");
  CHECK_THROWS_WITH(releases.import("arc_easy", "test"),
                    Catch::Contains("ARC-Easy-Test.jsonl:1: field 'stem'"));
}

TEST_CASE("WikiText is cut at titles, not at section headings") {
  const Releases releases;
  releases.add("wikitext2/wiki.test.raw",
               " \n = One = \n \n text \n = = Part = = \n more \n = Two = \n \n end \n");
  CHECK(releases.import("wikitext", "test") == 2);
  const auto rows = releases.rows("wikitext/test.jsonl");
  CHECK(rows[0]["page"] == " = One = \n \n text \n = = Part = = \n more ");
  CHECK(rows[1]["page"] == " = Two = \n \n end \n");
}
