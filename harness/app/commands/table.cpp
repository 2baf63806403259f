#include "harness/report/table.hpp"

#include <memory>

#include "harness/app/command.hpp"
#include "harness/app/progress.hpp"
#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "harness/report/build_table.hpp"
#include "harness/report/layout.hpp"
#include "harness/report/merge.hpp"
#include "harness/report/published.hpp"
#include "harness/report/read_report.hpp"

namespace iiet {
namespace {

struct TableOptions {
  std::vector<std::string> reports, published;
  std::string preset = "main", layout, format = "text", output;
};

MergedReport read_all(const std::vector<std::string>& paths) {
  std::vector<NamedReport> reports;
  for (const std::string& path : paths) reports.push_back({path, read_report(path)});
  return merge(std::move(reports));
}

std::string rendered(const Table& table, const std::string& format) {
  if (format == "markdown") return as_markdown(table);
  if (format == "latex") return as_latex(table);
  if (format == "csv") return as_csv(table);
  return as_text(table);
}

int make_table(const TableOptions& options) {
  if (!options.output.empty()) require_writable(options.output);
  const MergedReport report = read_all(options.reports);
  const Layout layout =
      options.layout.empty() ? preset_layout(options.preset, report) : read_layout(options.layout, report);
  std::vector<Published> published;
  for (const std::string& source : options.published) published.push_back(read_published(source));
  const Table table = build_table(report, layout, published);
  if (options.format == "csv")  // has no place for what holds of the whole table
    for (const std::string& remark : table.remarks) log_line("note: " + remark);
  const std::string text = rendered(table, options.format);
  if (options.output.empty())
    print(text);
  else
    write_file_atomically(options.output, text);
  return kDone;
}

std::function<int()> configure(CLI::App& parser) {
  const auto options = std::make_shared<TableOptions>();
  parser
      .add_option("reports", options->reports,
                  "report files of eval; of one result in two the later run's stands")
      ->required();
  const std::span<const std::string> presets = preset_names();
  auto* preset = parser.add_option("--preset", options->preset, "a ready-made choice of columns")
                     ->check(CLI::IsMember(std::vector<std::string>(presets.begin(), presets.end())))
                     ->capture_default_str();
  parser.add_option("--layout", options->layout, "columns and rows from a JSON file (see results/README.md)")
      ->excludes(preset);
  parser
      .add_option("--format", options->format,
                  "text, markdown, latex (booktabs), or csv: one line a cell, numbers as measured")
      ->check(CLI::IsMember({"text", "markdown", "latex", "csv"}))
      ->capture_default_str();
  parser.add_option("--output", options->output, "file to write (default: standard output)");
  parser
      .add_option("--published", options->published,
                  "reference rows: a name in results/published or a file; may be repeated")
      ->allow_extra_args(false);
  return [options] { return make_table(*options); };
}

}  // namespace

const Command kTableCommand{"table", "tables for papers from reports: text, Markdown, LaTeX, CSV", configure};

}  // namespace iiet
