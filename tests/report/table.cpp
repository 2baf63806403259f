#include "harness/report/table.hpp"

#include <cmath>

#include <catch2/catch.hpp>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "harness/base/unicode.hpp"
#include "harness/report/build_table.hpp"
#include "tests/support/report.hpp"
#include "tests/support/shared.hpp"

namespace iiet::test {
namespace {

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

MergedReport merged(std::vector<Report> reports = {small_report()}) {
  std::vector<NamedReport> named;
  for (Report& r : reports) named.push_back({"r.json", std::move(r)});
  return merge(std::move(named));
}

Table preset(const std::string& name, const MergedReport& report, std::vector<Published> published = {}) {
  return build_table(report, preset_layout(name, report), published);
}

/// A table of one column and row whose texts hold everything that some format reads as a command.
Table odd_table() {
  Table table;
  table.caption = "a_b % & # $ { } ~ ^ \\";
  table.columns.push_back({"t|a", "m,x", "l_1|*", "× 2", 1, 2, Better::kHigher, {0}});
  TableRow row;
  row.label = "[m] --x <\"q\">, ±";
  TableCell cell;
  cell.value = -0.125;
  cell.standard_error = 0.25;
  cell.best = true;
  cell.notes = {1};
  row.cells = {cell};
  table.rows = {row};
  table.notes = {"first\nnote", "second_note"};
  return table;
}

const TableCell& cell(const Table& table, std::size_t row, const std::string& metric) {
  for (std::size_t c = 0; c < table.columns.size(); ++c)
    if (table.columns[c].metric == metric) return table.rows.at(row).cells.at(c);
  throw Error("no column " + metric);
}

std::string layout_refusal(const std::string& content) {
  return refusal_of_file(content, [](const auto& path) { read_layout(path, merged()); });
}

}  // namespace

TEST_CASE("text: aligned columns, marks and footnotes") {
  const std::string text = as_text(preset("main", merged()));
  INFO(text);
  CHECK(text ==
        "Results by task\n\n"
        "model                          copa  average accuracy     wikitext [1]\n"
        "                            acc (%)               (%)  word_perplexity\n"
        "----------------------------------------------------------------------\n"
        "a                    62.50 ± 4.00 *           62.50 *            12.50\n"
        "b/c (untrained) [2]    50.00 ± 5.00             50.00       failed [3]\n" +
            text.substr(text.find("*: best")));
  CHECK(holds(text, "*: best value of the column\n[1] sample data: "));
  CHECK(holds(text, "b/c on wikitext failed: out of memory\n"));
  CHECK(holds(text, "[2] untrained: random weights"));
}

TEST_CASE("width of text in a terminal") {
  CHECK(display_width("1 ± 2") == 5);
  CHECK(display_width("中文") == 4);
  CHECK(display_width("e\u0301") == 1);
  CHECK(display_width("a\xff") == 2);
}

TEST_CASE("Markdown: a pipe table, everything escaped") {
  const std::string text = as_markdown(odd_table());
  INFO(text);
  CHECK(text ==
        "**a\\_b % &amp; \\# \\$ { } \\~ ^ \\\\**\n\n"
        "| model | l\\_1\\|\\*<br>m,x (× 2)<sup>1</sup> |\n"
        "|:--|--:|\n"
        "| \\[m\\] --x &lt;\"q\"\\>, ± | **-0.12** ± 0.25<sup>2</sup> |\n\n"
        "1. first note\n2. second\\_note\n");
}

TEST_CASE("LaTeX: a whole booktabs table, everything escaped") {
  const std::string text = as_latex(odd_table());
  INFO(text);
  CHECK(text ==
        "% needs \\usepackage{booktabs} in the preamble\n\\begin{table}\n\\centering\n"
        "\\caption{a\\_b \\% \\& \\# \\$ \\{ \\} \\textasciitilde{} \\textasciicircum{} \\textbackslash{}}\n"
        "\\begin{tabular}{lr}\n\\toprule\n"
        "Model & l\\_1\\textbar{}{*}$^{1}$ \\\\\n & m,x ($\\times$ 2) \\\\\n\\midrule\n"
        "{[}m{]} -{}-x \\textless{}\\char34{}q\\char34{}\\textgreater{}, $\\pm$ & \\textbf{$-$0.12} $\\pm$ "
        "0.25$^{2}$ \\\\\n"
        "\\bottomrule\n\\end{tabular}\n\n\\medskip\n\\begin{minipage}{\\linewidth}\n\\footnotesize\n"
        "$^{1}$ first note\\par\n$^{2}$ second\\_note\\par\n\\end{minipage}\n\\end{table}\n");
}

TEST_CASE("CSV: a line a cell, quoted, numbers as measured") {
  CHECK(as_csv(odd_table()) ==
        "model,task,metric,value,stderr,higher_is_better,best,status,sample_data,untrained,delta_over,run,"
        "source,"
        "notes\r\n"
        "\"[m] --x <\"\"q\"\">, ±\",t|a,\"m,x\",-0.125,0.25,true,true,ok,false,false,,,,\"first\nnote; "
        "second_note\"\r\n");
  const std::string text = as_csv(preset("main", merged()));
  INFO(text);
  CHECK(holds(text, "\r\na,copa,acc,0.625,0.04,true,true,ok,false,false,,2026-01-02T03:04:05Z,,\r\n"));
  CHECK(holds(text, "\r\na,wikitext,word_perplexity,12.5,,false,false,ok,true,false,,"));
  CHECK(holds(text, "\r\nb/c,wikitext,word_perplexity,,,false,false,failed,false,true,,"));
}

TEST_CASE("sample data, untrained models and failures are marked in every format") {
  const Table table = preset("main", merged());
  for (const std::string& text : {as_text(table), as_markdown(table), as_latex(table), as_csv(table)}) {
    INFO(text);
    for (const char* part : {"sample data: ", "untrained: random weights", "failed", "out of memory"})
      CHECK(holds(text, part));
  }
  Report plain = small_report();
  plain.tasks[1].sample_data = plain.models[1].untrained = false;
  const Table unmarked = preset("main", merged({plain}));
  for (const std::string& text : {as_text(unmarked), as_markdown(unmarked), as_latex(unmarked)}) {
    CHECK(!holds(text, "sample data"));
    CHECK(!holds(text, "untrained"));
  }
}

TEST_CASE("the best of a column, by the direction of its metric") {
  Report report = small_report();
  report.results[3] = {"b/c", "wikitext", "", {{"word_perplexity", 10, std::nullopt, 4, false}}, {}, 0};
  Table table = preset("main", merged({report}));
  CHECK(cell(table, 0, "acc").best);
  CHECK(!cell(table, 1, "acc").best);
  CHECK(!cell(table, 0, "word_perplexity").best);
  CHECK(cell(table, 1, "word_perplexity").best);
  report.models.pop_back();
  report.results.resize(2);
  report.averages.pop_back();
  CHECK(!cell(preset("main", merged({report})), 0, "acc").best);  // alone is not best
}

TEST_CASE("a metric that is no finite number marks its cell and what includes it, and nothing else") {
  Report report = small_report();
  report.results[0].metrics[0].value = NAN;
  report.results[1].metrics[0].value = INFINITY;
  report.averages = averages_of(report);
  const Table table = preset("main", merged({report}));
  const std::string text = as_text(table);
  INFO(text);
  CHECK(holds(text, "nan"));
  CHECK(holds(text, "inf"));
  CHECK(holds(text, "acc of a on copa is not a finite number\n"));
  CHECK(holds(text, "word_perplexity of a on wikitext is not a finite number\n"));
  CHECK(holds(text, "average accuracy of a: includes acc on copa, which is not a finite number\n"));
  for (const TableRow& row : table.rows)
    for (const TableCell& one : row.cells) CHECK(!one.best);  // only one number is left in each column
  report.models.push_back(report.models[1]);
  report.models[2].name = "c";
  report.results.push_back(report.results[2]);
  report.results.back().model = "c";
  report.results.back().metrics[0].value = 0.4;
  const Table three = preset("main", merged({report}));
  CHECK(!cell(three, 0, "acc").best);
  CHECK(cell(three, 1, "acc").best);
  CHECK(holds(as_csv(three), "\r\na,copa,acc,nan,"));
}

TEST_CASE("a metric that the program does not know is shown as the report has it") {
  Report report = small_report();
  for (const std::size_t r : {0, 2}) report.results[r].metrics[0].name = "f1";
  report.tasks[0].accuracy_metric.clear();
  const Table table = preset("main", merged({report}));
  CHECK(table.columns[0].unit.empty());
  CHECK(table.columns[0].scale == 1);
  CHECK(cell(table, 0, "f1").best);  // of which the report says that higher is better
  for (const std::size_t r : {0, 2}) report.results[r].metrics[0].name = "acc_norm,stripped";
  CHECK(preset("main", merged({report})).columns[0].unit == "%");
}

TEST_CASE("a later run of the same cell wins, whatever the order, and the table says so") {
  Report later = small_report();
  later.context["started"] = "2026-02-02T00:00:00Z";
  later.results = {{"a", "copa", "", {{"acc", 0.75, 0.03, 100, true}}, {}, 0}};
  for (const auto& reports : {std::vector{small_report(), later}, std::vector{later, small_report()}}) {
    const Table table = preset("main", merged(reports));
    CHECK(cell(table, 0, "acc").value == 0.75);
    CHECK(cell(table, 0, "acc").started == "2026-02-02T00:00:00Z");
    CHECK(cell(table, 0, "word_perplexity").value == 12.5);
    CHECK(cell(table, 1, "acc").value == 0.5);
    CHECK(holds(as_text(table),
                "a on copa: from the run of 2026-02-02T00:00:00Z, which replaces 2026-01-02T03:04:05Z\n"));
    CHECK(holds(as_csv(table), "which replaces 2026-01-02T03:04:05Z"));
  }
}

TEST_CASE("results on other documents are not ranked") {
  Report other = small_report();
  for (ModelRow& m : other.models) m.name += "2";
  for (ResultRow& r : other.results) r.model += "2";
  other.averages.clear();
  other.context["dtype"] = "bfloat16";
  CHECK(cell(preset("main", merged({small_report(), other})), 0, "acc").best);
  other.tasks[0].data_sha256 = "another";
  const Table table = preset("main", merged({small_report(), other}));
  CHECK(!cell(table, 0, "acc").best);
  CHECK(!cell(table, 0, "average_accuracy").best);
  CHECK(holds(as_text(table), "copa: other documents"));
  CHECK(holds(as_text(table), "the reports differ in dtype: float32; bfloat16"));
}

TEST_CASE("two models under one name are told apart in a remark") {
  Report other = small_report(), first = small_report();
  first.models[0].weights_sha256 = "1";
  other.models[0].weights_sha256 = "2";
  CHECK(
      holds(as_text(preset("main", merged({first, other}))), "a: the reports hold two models of this name"));
  CHECK(!holds(as_text(preset("main", merged({first, first}))), "two models"));
}

TEST_CASE("an average is only there over all tasks") {
  Report report = small_report();
  report.results[2] = {"b/c", "copa", "out of memory", {}, {}, 0};
  const Table table = preset("main", merged({report}));
  CHECK(cell(table, 0, "average_accuracy").value == 0.625);
  CHECK(!cell(table, 1, "average_accuracy").value);
}

TEST_CASE("efficiency: absolute and relative to the Transformer++") {
  Report report = small_report();
  report.models[0].variant = "transformer";
  for (std::size_t i = 0; i < 2; ++i) {
    report.models[i].parameters = 2'500'000;
    report.models[i].flops_per_token = i ? 3e9 : 1e9;
  }
  report.tasks.pop_back();
  report.results = {report.results[0], report.results[2]};
  report.results[1].throughput.wall_s = 4;
  const Table table = preset("efficiency", merged({report}));
  INFO(as_text(table));
  CHECK(cell(table, 1, "tokens_per_s").value == 750);
  CHECK(cell(table, 1, "tokens_per_s/transformer").value == 0.5);
  CHECK(cell(table, 1, "flops_per_token/transformer").value == 3);
  CHECK(cell(table, 0, "tokens_per_s").best);
  CHECK(!cell(table, 0, "parameters").best);
  CHECK(holds(as_text(table), "2.50"));
  CHECK(holds(as_text(table), "(M)"));
  CHECK(holds(as_text(table), "(× transformer)"));
  CHECK(!holds(as_text(table), "pcformer"));
}

TEST_CASE("speeds over other tasks are not ranked") {
  const Table table = preset("efficiency", merged());
  CHECK(!cell(table, 0, "tokens_per_s").best);
  CHECK(holds(as_text(table), "have not run the same tasks"));
}

TEST_CASE("translation and summarization show what there is of their metrics") {
  Report report = small_report();
  report.results[0].metrics = {{"bleu", 21.5, 0.5, 100, true}, {"ter", 60, 1, 100, false}};
  report.results[2].metrics = {{"bleu", 20.5, 0.5, 100, true}, {"ter", 50, 1, 100, false}};
  const Table table = preset("translation", merged({report}));
  REQUIRE(table.columns.size() == 2);
  CHECK(cell(table, 0, "bleu").best);
  CHECK(cell(table, 1, "ter").best);
  report.results[0].metrics[0].name = "bleu,stripped";
  CHECK(preset("translation", merged({report})).columns[0].metric == "bleu,stripped");
  CHECK_THROWS_WITH(preset("summarization", merged({report})),
                    "--preset summarization: no task of the reports has rouge1, rouge2, rougeL, rougeLsum");
}

TEST_CASE("published rows: unknown cells stay empty, differences stay differences") {
  const Published published{"A paper",
                            {"a note"},
                            {{"Theirs", {{"copa", "acc", 0.9, ""}}},
                             {"Ours", {{"", "average_accuracy", 0.0265, "Transformer"}}},
                             {"Other", {{"piqa", "acc", 0.5, ""}}}}};
  const Table table = preset("main", merged(), {published});
  REQUIRE(table.rows.size() == 4);  // a row without a number in these columns is left out
  CHECK(!cell(table, 2, "acc").best);
  CHECK(cell(table, 0, "acc").best);
  CHECK(!cell(table, 2, "word_perplexity").value);
  const std::string text = as_text(table);
  INFO(text);
  CHECK(holds(text, "90.00"));
  CHECK(holds(text, "+2.65 over Transformer"));
  CHECK(holds(text, "published: A paper"));
  CHECK(holds(as_latex(table), "\\midrule\nTheirs"));
  CHECK(holds(as_csv(table),
              "Ours,,average_accuracy,0.0265,,true,false,published,false,false,Transformer,,A paper,"));
}

TEST_CASE("every published file of the project is read") {
  for (const char* name : {"gla", "iiet", "ode_transformer", "pcformer"}) {
    INFO(name);
    const Published published = read_published(name);
    CHECK(!published.source.empty());
    CHECK(!published.rows.empty());
    for (const PublishedRow& row : published.rows) CHECK(!row.values.empty());
  }
  CHECK(read_published("gla").rows[0].values[3].value == Approx(0.633));
  CHECK_THROWS_WITH(read_published("iet"), Catch::Contains("unknown source 'iet'; did you mean 'iiet'?"));
}

TEST_CASE("a layout of one's own") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "layout.json";
  write_file_atomically(path, R"({"caption": "C", "standard_errors": false,
      "models": ["b/c", {"name": "a", "label": "A"}],
      "columns": [{"task": "copa", "metric": "acc", "label": "COPA", "scale": 1, "precision": 3},
                  {"metric": "evaluations_per_token", "relative_to": "a"}]})");
  const std::string text = as_text(build_table(merged(), read_layout(path, merged()), {}));
  INFO(text);
  CHECK(holds(text, "C\n\nmodel"));
  CHECK(holds(text, "\nA                    0.625 *"));
  CHECK(holds(text, "COPA"));
  CHECK(!holds(text, "±"));
  CHECK(text.find("b/c") < text.find("\nA "));
}

TEST_CASE("a layout that names what is not there is refused by name") {
  CHECK(layout_refusal("{").starts_with("not valid JSON"));
  CHECK(layout_refusal("{}") == "columns: is missing");
  CHECK(layout_refusal(R"({"columns": []})") == "columns: at least one column, got none");
  CHECK(layout_refusal(R"({"colums": [], "columns": []})")
            .starts_with("unknown field 'colums'; did you mean 'columns'?"));
  CHECK(layout_refusal(R"({"columns": [{"metric": "acc", "task": "coppa"}]})")
            .starts_with("columns[0].task: unknown task 'coppa'; did you mean 'copa'?"));
  CHECK(layout_refusal(R"({"columns": [{"metric": "ac", "task": "copa"}]})")
            .starts_with("columns[0].metric: unknown metric 'ac'"));
  CHECK(layout_refusal(R"({"columns": [{"metric": "parameter"}]})")
            .starts_with(
                "columns[0].metric: unknown property of a model 'parameter'; did you mean 'parameters'?"));
  CHECK(layout_refusal(R"({"columns": [{"metric": "parameters", "precison": 1}]})")
            .starts_with("columns[0]: unknown field 'precison'; did you mean 'precision'?"));
  CHECK(layout_refusal(R"({"columns": [{"metric": "parameters", "precision": 40}]})") ==
        "columns[0].precision: 0 to 17 decimals, got 40");
  CHECK(layout_refusal(R"({"models": ["z"], "columns": [{"metric": "parameters"}]})")
            .starts_with("models[0]: unknown model 'z'"));
  CHECK(layout_refusal(R"({"columns": [{"metric": "parameters", "relative_to": "z"}]})")
            .starts_with("columns[0].relative_to: unknown model or variant 'z'"));
}

}  // namespace iiet::test
