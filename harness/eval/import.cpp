#include "harness/eval/import.hpp"

#include <algorithm>
#include <array>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "harness/base/unicode.hpp"
#include "harness/eval/import_rows.hpp"
#include "harness/eval/task.hpp"

namespace iiet {
namespace fs = std::filesystem;
namespace {

using Paths = std::vector<fs::path>;

std::vector<Json> piqa(const Paths& sources) {
  const std::string labels_text = read_file(sources[1]);
  const auto labels = lines_of(labels_text);
  auto rows = converted_rows(sources[0], [&](Json row, std::size_t i) {
    require(i < labels.size(), "{} has only {} labels", sources[1].string(), labels.size());
    const std::string_view label = strip(labels[i]);
    require(label == "0" || label == "1", "its label, line {} of {}, is '{}': 0 or 1 expected", i + 1,
            sources[1].string(), label);
    return Json{{"goal", field<std::string>(row, "goal")},
                {"sol1", field<std::string>(row, "sol1")},
                {"sol2", field<std::string>(row, "sol2")},
                {"label", label == "1" ? 1 : 0}};
  });
  require(rows.size() == labels.size(), "{}: {} labels for {} rows", sources[1].string(), labels.size(),
          rows.size());
  return rows;
}

std::vector<Json> hellaswag(const Paths& sources) {
  return converted_rows(sources[0], [](Json row, std::size_t) {
    if (!field(row, "label").is_string()) row["label"] = std::to_string(integer_field(row, "label"));
    return row;
  });
}

std::vector<Json> arc(const Paths& sources) {
  return converted_rows(sources[0], [](const Json& row, std::size_t) {
    const Json& question = field(row, "question");
    Json texts = Json::array(), labels = Json::array();
    for (const Json& choice : field(question, "choices")) {
      texts.push_back(field<std::string>(choice, "text"));
      labels.push_back(field<std::string>(choice, "label"));
    }
    return Json{{"id", field<std::string>(row, "id")},
                {"question", field<std::string>(question, "stem")},
                {"choices", {{"text", texts}, {"label", labels}}},
                {"answerKey", field<std::string>(row, "answerKey")}};
  });
}

std::vector<Json> openbookqa(const Paths& sources) {
  return converted_rows(sources[0], [](const Json& row, std::size_t i) {
    const auto texts = field<std::vector<std::string>>(row, "choices");
    const std::array<std::string, 4> labels{"A", "B", "C", "D"};
    const auto gold = integer_field(row, "gold");
    require(texts.size() == labels.size(), "field 'choices': four choices expected, found {}", texts.size());
    require(gold >= 0 && gold < 4, "field 'gold': 0 to 3 expected, found {}", gold);
    return Json{{"id", std::to_string(i)},
                {"question_stem", field<std::string>(row, "query")},
                {"choices", {{"text", texts}, {"label", labels}}},
                {"answerKey", labels[static_cast<std::size_t>(gold)]}};
  });
}

/// Some copies of the release hold the label as text.
std::int64_t truth_field(const Json& row, const char* name) {
  const Json& member = field(row, name);
  if (!member.is_string()) return integer_field(row, name);
  require(member == "true" || member == "false", "field '{}': 'true' or 'false' expected, found '{}'", name,
          member.get_ref<const std::string&>());
  return member == "true" ? 1 : 0;
}

std::vector<Json> boolq(const Paths& sources) {
  return converted_rows(sources[0], [](const Json& row, std::size_t) {
    return Json{{"question", field<std::string>(row, "question")},
                {"passage", field<std::string>(row, "passage")},
                {"idx", integer_field(row, "idx")},
                {"label", truth_field(row, "label")}};
  });
}

/// True for ` = Title = `; headings of sections have more signs on each side.
bool begins_page(std::string_view line) {
  const std::string joined = replace_all(replace_all(line, "= = =", "==="), "= =", "==");
  const std::string_view probe = strip(joined);
  return probe.starts_with("= ") && probe.ends_with(" =");
}

/// WikiText is one text; its articles begin at their titles.
std::vector<Json> wikitext(const Paths& sources) {
  const std::string text = read_file(sources[0]);
  const std::size_t invalid = invalid_utf8_at(text);
  require(invalid == std::string::npos, "{}: not UTF-8 at byte {}", sources[0].string(), invalid);
  std::vector<Json> rows;
  std::size_t page = 0;
  const auto end_page = [&](std::size_t end) {
    const std::string_view content = std::string_view(text).substr(page, end - page);
    if (!strip(content).empty()) rows.push_back({{"page", content}});
  };
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    if (begin > 0 && begins_page(std::string_view(text).substr(begin, end - begin))) {
      end_page(begin - 1);  // lines are joined by line ends: the one before the title belongs to no page
      page = begin;
    }
    begin = end + 1;
  }
  end_page(text.size());
  require(!rows.empty(), "{}: the file holds no page", sources[0].string());
  return rows;
}

/// The talks that make up the test set, in its order.
std::vector<std::string> iwslt14_files() {
  std::vector<std::string> files;
  for (const char* language : {"de", "en"})
    for (const char* part : {"TED.dev2010", "TEDX.dev2012", "TED.tst2010", "TED.tst2011", "TED.tst2012"})
      files.push_back(fmt::format("iwslt14/IWSLT16.{}.de-en.{}", part, language));
  return files;
}

std::vector<std::string> multi30k_files(const char* part, const char* language) {
  return {fmt::format("multi30k/{}.en.gz", part), fmt::format("multi30k/{}.{}.gz", part, language)};
}

}  // namespace

const std::vector<ImportRule>& import_rules() {
  static const std::vector<ImportRule> rules{
      {"lambada_openai", "test", {"lambada_openai/lambada_test.jsonl"}, rows_as_they_are()},
      {"wikitext", "test", {"wikitext2/wiki.test.raw"}, wikitext},
      {"wikitext", "validation", {"wikitext2/wiki.valid.raw"}, wikitext},
      {"piqa", "validation", {"piqa/valid.jsonl", "piqa/valid-labels.lst"}, piqa},
      {"hellaswag", "validation", {"hellaswag/hellaswag.jsonl"}, hellaswag},
      {"winogrande", "validation", {"winogrande/dev.jsonl"}, rows_as_they_are()},
      {"winogrande", "train", {"winogrande/train_s.jsonl"}, rows_as_they_are()},
      {"arc_easy", "test", {"arc_easy/ARC-Easy-Test.jsonl"}, arc},
      {"arc_easy", "train", {"arc_easy/ARC-Easy-Dev.jsonl"}, arc},
      {"arc_challenge", "test", {"arc_challenge/ARC-Challenge-Test.jsonl"}, arc},
      {"arc_challenge", "train", {"arc_challenge/ARC-Challenge-Dev.jsonl"}, arc},
      {"openbookqa", "test", {"openbookqa/openbook_qa.jsonl"}, openbookqa},
      {"openbookqa", "validation", {"openbookqa/openbookqa_main_validation.jsonl"}, rows_as_they_are()},
      {"sciq", "test", {"sciq/sciq_validation.jsonl"}, rows_as_they_are()},
      {"boolq", "validation", {"boolq/val.jsonl"}, boolq},
      {"copa", "validation", {"copa/val.jsonl"}, rows_as_they_are()},
      {"gsm8k", "test", {"gsm8k/test.jsonl"}, rows_as_they_are()},
      {"wmt14/de-en", "test", {"wmt14/newstest2014.de", "wmt14/newstest2014.en"}, parallel_text("de", "en")},
      {"wmt14/fr-en",
       "test",
       {"wmt14/wmt14-en-fr.extra_refs.gz"},
       referenced_text("en", "fr"),
       "500 of the 3,003 sentences of newstest2014: not comparable with published scores"},
      {"wmt21/en-de",
       "test",
       {"wmt_news/newstest2021.en-de.src.en", "wmt_news/newstest2021.en-de.ref.A.de"},
       parallel_text("en", "de")},
      {"wmt21/de-en",
       "test",
       {"wmt_news/newstest2021.de-en.src.de", "wmt_news/newstest2021.de-en.ref.A.en"},
       parallel_text("de", "en")},
      {"wmt22/en-de",
       "test",
       {"wmt_news/generaltest2022.en-de.src.en", "wmt_news/generaltest2022.en-de.ref.A.de"},
       parallel_text("en", "de")},
      {"wmt22/de-en",
       "test",
       {"wmt_news/generaltest2022.de-en.src.de", "wmt_news/generaltest2022.de-en.ref.A.en"},
       parallel_text("de", "en")},
      {"iwslt14/de-en", "test", iwslt14_files(), parallel_text("de", "en")},
      {"multi30k/en-de", "test", multi30k_files("test_2016_flickr", "de"), parallel_text("en", "de")},
      {"multi30k/en-de", "validation", multi30k_files("val", "de"), parallel_text("en", "de")},
      {"multi30k/en-fr", "test", multi30k_files("test_2016_flickr", "fr"), parallel_text("en", "fr")},
      {"multi30k/en-fr", "validation", multi30k_files("val", "fr"), parallel_text("en", "fr")},
      {"scitldr", "test", {"scitldr/test.jsonl"}, rows_as_they_are()},
      {"scitldr", "validation", {"scitldr/dev.jsonl"}, rows_as_they_are()},
      {"dialogsum", "test", {"dialogsum/dialogsum.test.jsonl"}, rows_as_they_are()},
      {"dialogsum", "validation", {"dialogsum/dialogsum.dev.jsonl"}, rows_as_they_are()},
  };
  return rules;
}

fs::path imported_file(const ImportRule& rule, const fs::path& to) {
  return to / rule.folder / (rule.split + ".jsonl");
}

std::optional<std::size_t> import_split(const ImportRule& rule, const fs::path& from, const fs::path& to) {
  Paths sources;
  for (const std::string& source : rule.sources) {
    if (!fs::exists(from / source)) return std::nullopt;
    sources.push_back(from / source);
  }
  const auto rows = rule.rows(sources);
  std::string lines;
  for (const Json& row : rows) lines += row.dump() + "\n";
  write_file_atomically(imported_file(rule, to), lines);
  return rows.size();
}

}  // namespace iiet
