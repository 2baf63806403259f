#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/report/merge.hpp"

namespace iiet {

struct CompareOptions {
  double alpha = 0.05;  // a change is significant with a smaller p-value
  std::optional<double> max_drop =
      {};  // a larger one is a regression, significant or not; in the metric's unit
  std::optional<double> max_slowdown =
      0.1;  // share of throughput that may be lost; none: speed is not compared
};

enum class Verdict {
  kSame,
  kBetter,
  kWorse,
  kRegression
};  // kBetter: significantly; kWorse: within the limits

/// One metric of one model on one task in both reports.
struct ComparedCell {
  std::string model, task, metric;
  std::optional<double> old_value, new_value;  // absent where there is no result
  std::optional<double> p_value;
  std::string method;  // of the test, or why the cell is a regression without one
  Verdict verdict = Verdict::kSame;
};

/// Speed of one model over the tasks that went well in both reports. It counts as changed where tokens and
/// requests a second changed alike: better sharing of common beginnings feeds fewer tokens, longer answers
/// take more.
struct ComparedSpeed {
  std::string model;
  double old_tokens_per_s = 0, new_tokens_per_s = 0;
  double old_requests_per_s = 0, new_requests_per_s = 0;
  Verdict verdict = Verdict::kSame;
};

/// A difference of the circumstances: it may explain others.
struct ContextDifference {
  std::string field, old_value, new_value;
};

struct ReportComparison {
  std::vector<ContextDifference> context;
  std::vector<ComparedCell> cells;  // in the order of the old report
  std::vector<ComparedSpeed> speeds;
  std::vector<std::string> added;  // models and tasks that only the new report has
  std::vector<std::string> notes;  // why documents could not be paired
  bool has_regression() const;
};

/// Compares two reports cell by cell: paired on documents where samples files lie beside both, else by
/// standard errors; a metric without an error has got worse by more than 0.1 % of its value. Throws
/// InputError naming the field where the reports are not comparable: a task that the new one lacks, or one
/// with other data, version, examples or documents. The reports are named by their files.
ReportComparison compare(const NamedReport& old_report, const NamedReport& new_report,
                         const CompareOptions& options);

/// Columns of text; the same in Markdown; and as JSON with all numbers as measured.
std::string as_text(const ReportComparison& comparison);
std::string as_markdown(const ReportComparison& comparison);
Json as_json(const ReportComparison& comparison);

}  // namespace iiet
