#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "harness/report/compare.hpp"
#include "harness/report/markdown.hpp"
#include "harness/report/text_columns.hpp"

namespace iiet {
namespace {

using Row = std::vector<std::string>;

/// A part of the comparison, as every format shows it.
struct Section {
  std::string title;
  Row head;
  std::vector<Row> rows;
};

const char* word_for(Verdict verdict) {
  switch (verdict) {
    case Verdict::kRegression:
      return "REGRESSION";
    case Verdict::kBetter:
      return "better";
    case Verdict::kWorse:
      return "worse, within limits";
    case Verdict::kSame:
      break;
  }
  return "same";
}

std::string number(double value) {
  return std::abs(value) < 1e5 ? fmt::format("{:.4f}", value) : fmt::format("{:.5g}", value);
}

std::string number(const std::optional<double>& value) { return value ? number(*value) : ""; }

std::string change(const ComparedCell& cell) {
  return cell.old_value && cell.new_value ? fmt::format("{:+.4g}", *cell.new_value - *cell.old_value) : "";
}

std::string p_value(const ComparedCell& cell) {
  if (!cell.p_value) return "";
  return *cell.p_value < 0.0001 ? "< 0.0001" : fmt::format("{:.4f}", *cell.p_value);
}

Section context_section(const ReportComparison& comparison) {
  Section section{"Circumstances that differ", {"what", "old", "new"}, {}};
  for (const ContextDifference& difference : comparison.context)
    section.rows.push_back({difference.field, difference.old_value, difference.new_value});
  return section;
}

Section cell_section(const ReportComparison& comparison) {
  Section section{
      "Results", {"model", "task", "metric", "verdict", "old", "new", "change", "p", "method"}, {}};
  // What a reader looks for comes first.
  for (const Verdict verdict : {Verdict::kRegression, Verdict::kBetter, Verdict::kWorse, Verdict::kSame})
    for (const ComparedCell& cell : comparison.cells)
      if (cell.verdict == verdict)
        section.rows.push_back({cell.model, cell.task, cell.metric, word_for(verdict), number(cell.old_value),
                                number(cell.new_value), change(cell), p_value(cell), cell.method});
  return section;
}

Section speed_section(const ReportComparison& comparison) {
  Section section{"Speed, over the tasks in both reports",
                  {"model", "verdict", "tokens/s old", "new", "ratio", "requests/s old", "new", "ratio"},
                  {}};
  for (const ComparedSpeed& speed : comparison.speeds)
    section.rows.push_back(
        {speed.model, word_for(speed.verdict), fmt::format("{:.0f}", speed.old_tokens_per_s),
         fmt::format("{:.0f}", speed.new_tokens_per_s),
         fmt::format("{:.2f}", speed.new_tokens_per_s / speed.old_tokens_per_s),
         fmt::format("{:.1f}", speed.old_requests_per_s), fmt::format("{:.1f}", speed.new_requests_per_s),
         fmt::format("{:.2f}", speed.new_requests_per_s / speed.old_requests_per_s)});
  return section;
}

std::vector<Section> sections(const ReportComparison& comparison) {
  std::vector<Section> all{context_section(comparison), cell_section(comparison), speed_section(comparison)};
  std::erase_if(all, [](const Section& section) { return section.rows.empty(); });
  return all;
}

std::string conclusion(const ReportComparison& comparison) {
  const auto count = [&](Verdict verdict) {
    const auto is_it = [verdict](const auto& row) { return row.verdict == verdict; };
    return std::count_if(comparison.cells.begin(), comparison.cells.end(), is_it) +
           std::count_if(comparison.speeds.begin(), comparison.speeds.end(), is_it);
  };
  return fmt::format("regressions: {}, improvements: {}, worse within the limits: {}, the same: {}",
                     count(Verdict::kRegression), count(Verdict::kBetter), count(Verdict::kWorse),
                     count(Verdict::kSame));
}

/// One line a remark: what only the new report has, and why documents were not paired.
std::vector<std::string> remarks(const ReportComparison& comparison) {
  std::vector<std::string> lines = comparison.notes;
  for (const std::string& added : comparison.added) lines.push_back("in the new report only: " + added);
  return lines;
}

std::string markdown_row(const Row& row) {
  std::string line = "|";
  for (const std::string& cell : row) line += " " + markdown_escaped(cell) + " |";
  return line + "\n";
}

Json value_or_null(const std::optional<double>& value) { return value ? number_json(*value) : Json(nullptr); }

const char* key_for(Verdict verdict) {
  switch (verdict) {
    case Verdict::kRegression:
      return "regression";
    case Verdict::kBetter:
      return "better";
    case Verdict::kWorse:
      return "worse";
    case Verdict::kSame:
      break;
  }
  return "same";
}

}  // namespace

std::string as_text(const ReportComparison& comparison) {
  std::string text;
  for (const Section& section : sections(comparison)) {
    std::vector<Row> rows{section.head};
    rows.insert(rows.end(), section.rows.begin(), section.rows.end());
    text += section.title + "\n\n" + text_columns(rows, {.left = section.head.size(), .heads = 1}) + "\n";
  }
  for (const std::string& remark : remarks(comparison)) text += remark + "\n";
  return text + conclusion(comparison) + "\n";
}

std::string as_markdown(const ReportComparison& comparison) {
  std::string text = "**" + conclusion(comparison) + "**\n\n";
  for (const Section& section : sections(comparison)) {
    text += "### " + section.title + "\n\n" + markdown_row(section.head) + "|";
    for (std::size_t c = 0; c < section.head.size(); ++c) text += ":--|";
    text += "\n";
    for (const Row& row : section.rows) text += markdown_row(row);
    text += "\n";
  }
  for (const std::string& remark : remarks(comparison)) text += "- " + markdown_escaped(remark) + "\n";
  return text;
}

Json as_json(const ReportComparison& comparison) {
  Json json = {{"regression", comparison.has_regression()},
               {"context", Json::array()},
               {"results", Json::array()},
               {"speed", Json::array()},
               {"added", comparison.added},
               {"notes", comparison.notes}};
  for (const ContextDifference& d : comparison.context)
    json["context"].push_back({{"field", d.field}, {"old", d.old_value}, {"new", d.new_value}});
  for (const ComparedCell& cell : comparison.cells)
    json["results"].push_back({{"model", cell.model},
                               {"task", cell.task},
                               {"metric", cell.metric},
                               {"old", value_or_null(cell.old_value)},
                               {"new", value_or_null(cell.new_value)},
                               {"p_value", value_or_null(cell.p_value)},
                               {"method", cell.method},
                               {"verdict", key_for(cell.verdict)}});
  for (const ComparedSpeed& speed : comparison.speeds)
    json["speed"].push_back({{"model", speed.model},
                             {"old_tokens_per_s", speed.old_tokens_per_s},
                             {"new_tokens_per_s", speed.new_tokens_per_s},
                             {"old_requests_per_s", speed.old_requests_per_s},
                             {"new_requests_per_s", speed.new_requests_per_s},
                             {"verdict", key_for(speed.verdict)}});
  return json;
}

}  // namespace iiet
