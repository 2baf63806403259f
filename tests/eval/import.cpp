#include "harness/eval/import.hpp"

#include <algorithm>
#include <set>
#include <tuple>

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
  std::optional<std::size_t> import(const std::string& folder, const std::string& split) const {
    for (const ImportRule& rule : import_rules())
      if (rule.folder == folder && rule.split == split) return import_split(rule, path(), to());
    throw Error("no such rule");
  }
  std::vector<Json> rows(const std::string& file) const {
    std::vector<Json> rows;
    for_each_json_line(to() / file, [&](Json row, std::size_t) { rows.push_back(std::move(row)); });
    return rows;
  }
};

}  // namespace

TEST_CASE("every rule fills a data set of a task, the evaluated split first") {
  std::set<std::string> seen;
  for (const ImportRule& rule : import_rules()) {
    INFO(rule.folder);
    const auto& tasks = Registry<Task>::all();
    const auto task =
        std::find_if(tasks.begin(), tasks.end(), [&](const Task& t) { return t.data.folder == rule.folder; });
    REQUIRE(task != tasks.end());
    if (seen.insert(rule.folder).second) CHECK(rule.split == evaluated_split(*task));
  }
  // Of these there is no release that could be converted: their rows are laid down as the hub has them.
  const std::set<std::string> by_hand{"triviaqa", "wmt16/de-en", "wmt16/ro-en", "cnn_dailymail_abisee",
                                      "xsum"};
  for (const Task& task : Registry<Task>::all()) {
    INFO(task.name);
    CHECK(seen.contains(task.data.folder) != by_hand.contains(task.data.folder));
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

TEST_CASE("parallel files become translations, part after part") {
  const Releases releases;
  releases.add("wmt14/newstest2014.de", "Ja.\nNein. \r\n");
  releases.add("wmt14/newstest2014.en", "Yes.\nNo.");
  CHECK(releases.import("wmt14/de-en", "test") == 2);
  CHECK(releases.rows("wmt14/de-en/test.jsonl")[1].dump() == R"({"translation":{"de":"Nein. ","en":"No."}})");
  for (const char* part : {"TED.dev2010", "TEDX.dev2012", "TED.tst2010", "TED.tst2011", "TED.tst2012"})
    for (const char* language : {"de", "en"})
      releases.add(fmt::format("iwslt14/IWSLT16.{}.de-en.{}", part, language),
                   fmt::format("{} {}\n", language, part));
  CHECK(releases.import("iwslt14/de-en", "test") == 5);
  CHECK(releases.rows("iwslt14/de-en/test.jsonl")[1].dump() ==
        R"({"translation":{"de":"de TEDX.dev2012","en":"en TEDX.dev2012"}})");
}

TEST_CASE("parallel files of different length or bad encoding are refused by file and line") {
  const Releases releases;
  releases.add("wmt14/newstest2014.de", "Ja.\nNein.\n");
  releases.add("wmt14/newstest2014.en", "Yes.\n");
  CHECK_THROWS_WITH(releases.import("wmt14/de-en", "test"),
                    Catch::Contains("newstest2014.en: as many lines as") && Catch::Contains("(2), found 1"));
  releases.add("wmt14/newstest2014.en", "Yes.\nN\xff.\n");
  CHECK_THROWS_WITH(releases.import("wmt14/de-en", "test"),
                    Catch::Contains("newstest2014.en:2: not valid UTF-8 at byte 2 of the line"));
  releases.add("wmt14/newstest2014.en", "");
  CHECK_THROWS_WITH(releases.import("wmt14/de-en", "test"), Catch::Contains("holds no line"));
}

TEST_CASE("files that end in .gz are unpacked, damaged ones refused") {
  const Releases releases;
  // `printf 'Oui.\n' | gzip -n`, twice: two members.
  const std::string member(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xf3\x2f\xcd\xd4\xe3\x02\x00\xb6\x78\xb4\xec\x05\x00\x00\x00",
      25);
  releases.add("multi30k/val.en.gz", member + member);
  releases.add("multi30k/val.fr.gz", member + member);
  CHECK(releases.import("multi30k/en-fr", "validation") == 2);
  CHECK(releases.rows("multi30k/en-fr/validation.jsonl")[1].dump() ==
        R"({"translation":{"en":"Oui.","fr":"Oui."}})");
  for (const std::string& bad : {member.substr(0, 15), std::string("Oui."), member + "x"}) {
    releases.add("multi30k/val.fr.gz", bad);
    CHECK_THROWS_WITH(releases.import("multi30k/en-fr", "validation"),
                      Catch::Contains("val.fr.gz: not a whole gzip"));
  }
}

TEST_CASE("sources are paired with their original references by number") {
  const Releases releases;
  const auto rows = [&](const std::string& content) {
    releases.add("refs.txt", content);
    return referenced_text("en", "fr")({releases.path() / "refs.txt"});
  };
  const auto read = rows("S-7\tYes.\nT-7\tOui.\nR1-7\tOuais.\nT-2\tNon-non.\nS-2\tNo-no.\n");
  REQUIRE(read.size() == 2);
  CHECK(read[0].dump() == R"({"translation":{"en":"Yes.","fr":"Oui."}})");
  CHECK(read[1].dump() == R"({"translation":{"en":"No-no.","fr":"Non-non."}})");
  CHECK_THROWS_WITH(rows("S-7\tYes.\n"), Catch::Contains("S-7 has no reference"));
  CHECK_THROWS_WITH(rows("S-7\tYes.\nT-7 Oui.\n"), Catch::Contains("refs.txt:2"));
}

TEST_CASE("the public releases give whole test sets") {
  REQUIRE_SHARED("data/wmt14");
  const Releases releases;
  const std::vector<std::tuple<const char*, const char*, std::size_t>> sizes{
      {"wmt14/de-en", "test", 3003},    {"wmt14/fr-en", "test", 500},
      {"wmt21/en-de", "test", 1002},    {"wmt21/de-en", "test", 1000},
      {"wmt22/en-de", "test", 2037},    {"wmt22/de-en", "test", 1984},
      {"iwslt14/de-en", "test", 6750},  {"multi30k/en-de", "test", 1000},
      {"multi30k/en-fr", "test", 1000}, {"multi30k/en-de", "validation", 1014},
      {"scitldr", "test", 618},         {"scitldr", "validation", 619},
      {"dialogsum", "test", 500},       {"dialogsum", "validation", 500},
      {"gsm8k", "test", 1319},
  };
  for (const auto& [folder, split, size] : sizes) {
    INFO(folder << " " << split);
    for (const ImportRule& rule : import_rules())
      if (rule.folder == folder && rule.split == split)
        CHECK(import_split(rule, test::shared_folder() / "data", releases.to()) == size);
  }
  for (const Task& task : Registry<Task>::all()) {
    const auto file = split_file(releases.to(), task, evaluated_split(task));
    if (!fs::exists(file)) continue;
    INFO(task.name);
    CHECK_FALSE(load_task_data(task, {.folder = releases.to(), .num_fewshot = 1}).is_sample_data);
  }
}
