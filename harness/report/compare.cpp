#include "harness/report/compare.hpp"

#include <algorithm>
#include <cmath>

#include "harness/base/error.hpp"
#include "harness/metric/paired_test.hpp"
#include "harness/metric/result_name.hpp"
#include "harness/metric/significance.hpp"
#include "harness/report/samples.hpp"

namespace iiet {
namespace {

/// How much worse a metric without an error may be, relative to its value.
constexpr double kToleratedShare = 0.001;

/// Another processor or another order of sums moves log-probabilities this little, relative to the value, and
/// often all in one direction, which a paired test would find significant.
constexpr double kRoundingShare = 1e-4;

template <typename Row>
const Row* named(const std::vector<Row>& rows, const std::string& name) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.name == name; });
  return found == rows.end() ? nullptr : &*found;
}

template <typename T>
void require_same(const std::string& task, const char* field, const T& old_value, const T& new_value) {
  require(old_value == new_value, "not comparable: task {}: {}: {} in the old report, {} in the new one",
          task, field, old_value, new_value);
}

void require_comparable(const Report& old_report, const Report& new_report) {
  for (const TaskRow& before : old_report.tasks) {
    const TaskRow* after = named(new_report.tasks, before.name);
    require(after, "not comparable: tasks: {} is in the old report only", before.name);
    require_same(before.name, "data.sha256", before.data_sha256, after->data_sha256);
    require_same(before.name, "version", before.version, after->version);
    require_same(before.name, "num_fewshot", before.num_fewshot, after->num_fewshot);
    require_same(before.name, "documents", before.documents, after->documents);
  }
}

/// Fields that differ in every two runs and explain nothing.
bool is_of_one_run(const std::string& field) {
  return field == "started" || field == "duration_s" || field == "command";
}

std::string shown(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.is_null() ? "none" : value.dump();
}

void add_difference(const std::string& field, const Json& before, const Json& after,
                    std::vector<ContextDifference>& differences) {
  if (before == after) return;
  if (before.is_object() && after.is_object()) {
    for (const auto& [name, value] : before.items())
      add_difference(field + "." + name, value, after.value(name, Json()), differences);
    for (const auto& [name, value] : after.items())
      if (!before.contains(name)) add_difference(field + "." + name, Json(), value, differences);
    return;
  }
  differences.push_back({field, shown(before), shown(after)});
}

std::vector<ContextDifference> context_differences(const Report& old_report, const Report& new_report) {
  std::vector<ContextDifference> differences;
  const auto without_run = [](const Json& context) {
    Json kept = Json::object();
    for (const auto& [name, value] : context.items())
      if (!is_of_one_run(name)) kept[name] = value;
    return kept;
  };
  add_difference("context", without_run(old_report.context), without_run(new_report.context), differences);
  for (const ModelRow& before : old_report.models) {
    const ModelRow* after = named(new_report.models, before.name);
    if (!after) continue;
    const std::string model = "model " + before.name;
    add_difference(model + ": weights_sha256", before.weights_sha256, after->weights_sha256, differences);
    add_difference(model + ": tokenizer_sha256", before.tokenizer_sha256, after->tokenizer_sha256,
                   differences);
    add_difference(model + ": variant", before.variant, after->variant, differences);
    add_difference(model + ": evaluations", before.evaluations, after->evaluations, differences);
  }
  return differences;
}

/// A drop is how much worse the new value is; negative where it is better.
double drop_of(const MetricValue& before, const MetricValue& after) {
  return before.higher_is_better ? before.value - after.value : after.value - before.value;
}

/// Whether documents of this value are those of a report. They are not where a later run without
/// `--log-samples`, or one of another report, left its files in the same folder.
bool near(double value, double reported) {
  return std::abs(value - reported) <= 1e-9 * std::max(1.0, std::abs(reported));
}

/// What the documents of a run contribute to a metric.
struct MeasuredDocuments {
  std::vector<std::string> hashes;
  DocumentStatistics statistics;
};

/// A report, and the samples file beside it that was read last: all metrics of a task are in one.
struct MeasuredRun {
  const NamedReport& file;
  std::filesystem::path samples_path;
  std::optional<LoggedSamples> samples;
};

class Comparer {
 public:
  Comparer(const NamedReport& old_report, const NamedReport& new_report, const CompareOptions& options)
      : old_{old_report, {}, {}}, new_{new_report, {}, {}}, options_(options) {}

  ReportComparison run() {
    require_comparable(old_.file.report, new_.file.report);
    result_.context = context_differences(old_.file.report, new_.file.report);
    for (const MeasuredRun* run : {&old_, &new_})
      if (!run->file.report.missing.empty())
        result_.notes.push_back(run->file.name + " is " + incomplete_note(run->file.report));
    for (const ResultRow& before : old_.file.report.results) compare_result(before);
    if (options_.max_slowdown)
      for (const ModelRow& model : old_.file.report.models) compare_speed(model.name);
    list_added();
    return std::move(result_);
  }

 private:
  void compare_result(const ResultRow& before) {
    const ResultRow* after = new_.file.report.find(before.model, before.task);
    if (!before.error.empty()) return add_recovered(after);
    for (const MetricValue& metric : before.metrics) {
      ComparedCell cell{before.model, before.task, metric.name, metric.value, {}, {}, "", Verdict::kSame};
      const MetricValue* now = after ? metric_of(*after, metric.name) : nullptr;
      if (now && after->error.empty()) {
        cell.new_value = now->value;
        judge(cell, metric, *now);
      } else {
        cell.verdict = Verdict::kRegression;
        cell.method = after && !after->error.empty() ? "failed: " + after->error : "missing";
      }
      result_.cells.push_back(std::move(cell));
    }
  }

  /// Results that failed in the old report: they cannot get worse.
  void add_recovered(const ResultRow* after) {
    if (!after || !after->error.empty()) return;
    for (const MetricValue& metric : after->metrics)
      result_.cells.push_back({after->model,
                               after->task,
                               metric.name,
                               {},
                               metric.value,
                               {},
                               "failed in the old report",
                               Verdict::kBetter});
  }

  void judge(ComparedCell& cell, const MetricValue& before, const MetricValue& after) {
    const bool was_finite = std::isfinite(before.value), is_finite = std::isfinite(after.value);
    if (!was_finite || !is_finite) {
      cell.method = was_finite ? "not a finite number" : "not a finite number in the old report";
      cell.verdict = was_finite ? Verdict::kRegression : is_finite ? Verdict::kBetter : Verdict::kSame;
      return;
    }
    const double drop = drop_of(before, after);
    const bool too_much = options_.max_drop && drop > *options_.max_drop;
    if (std::abs(drop) <= kRoundingShare * std::abs(before.value) && !too_much) {
      if (drop != 0) cell.method = "rounding";
      return;
    }
    const bool significant = is_significant(cell, before, after);
    if (too_much) cell.method += fmt::format("; more than {}", *options_.max_drop);
    if (drop > 0)
      cell.verdict = significant || too_much ? Verdict::kRegression : Verdict::kWorse;
    else if (drop < 0 && significant)
      cell.verdict = Verdict::kBetter;
  }

  /// Tests the difference and notes how.
  bool is_significant(ComparedCell& cell, const MetricValue& before, const MetricValue& after) {
    const double difference = after.value - before.value;
    const auto has_error = [](const MetricValue& metric) {
      return metric.standard_error && std::isfinite(*metric.standard_error);
    };
    if (!paired(cell) && has_error(before) && has_error(after)) {
      cell.p_value = z_test_p_value(difference, *before.standard_error, *after.standard_error);
      cell.method = "standard errors";
    }
    if (cell.p_value) return *cell.p_value < options_.alpha;
    cell.method = "0.1 % of the value";
    return std::abs(difference) > kToleratedShare * std::abs(before.value);
  }

  /// The documents behind a value, where they lie beside its report.
  std::optional<MeasuredDocuments> documents_of(MeasuredRun& run, const ComparedCell& cell, double value) {
    const NamedReport& file = run.file;
    const auto path = find_samples(file.name, cell.model, cell.task);
    if (run.samples_path != path) {
      run.samples = LoggedSamples::read(path);
      run.samples_path = path;
    }
    const auto logged = run.samples ? run.samples->values_of(cell.metric) : std::nullopt;
    if (!logged) return std::nullopt;
    const Metric* metric = metric_of_result(cell.metric);
    if (!metric) {
      note_unpaired(cell, "this program does not know the metric");
      return std::nullopt;
    }
    MeasuredDocuments documents{logged->document_hashes, statistics_of(*metric, logged->values)};
    if (near(value_of(*metric, documents.statistics), value)) return documents;
    note_unpaired(cell, fmt::format("{} is of another run than {}", path.string(), file.name));
    return std::nullopt;
  }

  void note_unpaired(const ComparedCell& cell, const std::string& why) {
    const std::string text =
        fmt::format("{}, {}, {}: {}: not paired", cell.model, cell.task, cell.metric, why);
    if (result_.notes.empty() || result_.notes.back() != text) result_.notes.push_back(text);
  }

  /// Tests on the documents of both samples files; false where they are not there, or too few to prove
  /// anything.
  bool paired(ComparedCell& cell) {
    const auto before = documents_of(old_, cell, *cell.old_value),
               after = documents_of(new_, cell, *cell.new_value);
    if (!before || !after) return false;
    if (before->hashes != after->hashes) {
      note_unpaired(cell, "the samples files are of other documents");
      return false;
    }
    if (smallest_paired_p_value(before->hashes.size()) >= options_.alpha) return false;
    const PairedTest test =
        paired_test(*metric_of_result(cell.metric), before->statistics, after->statistics);
    cell.p_value = test.p_value;
    cell.method = test.method;
    return true;
  }

  void compare_speed(const std::string& model) {
    Throughput before, after;
    const auto add = [](Throughput& sum, const Throughput& task) {
      sum.tokens_fed += task.tokens_fed;
      sum.requests += task.requests;
      sum.wall_s += task.wall_s;
    };
    for (const ResultRow& row : old_.file.report.results) {
      const ResultRow* now = new_.file.report.find(model, row.task);
      if (row.model != model || !row.error.empty() || !now || !now->error.empty()) continue;
      if (row.cached_requests + now->cached_requests > 0) continue;  // planned, not computed
      add(before, row.throughput);
      add(after, now->throughput);
    }
    if (before.wall_s <= 0 || after.wall_s <= 0) return;
    const auto rate = [](std::int64_t count, const Throughput& sum) {
      return static_cast<double>(count) / sum.wall_s;
    };
    ComparedSpeed speed{model,
                        rate(before.tokens_fed, before),
                        rate(after.tokens_fed, after),
                        rate(before.requests, before),
                        rate(after.requests, after),
                        Verdict::kSame};
    const auto [lower, higher] = std::minmax({speed.new_tokens_per_s / speed.old_tokens_per_s,
                                              speed.new_requests_per_s / speed.old_requests_per_s});
    if (higher < 1 - *options_.max_slowdown)
      speed.verdict = Verdict::kRegression;
    else if (lower > 1 + *options_.max_slowdown)
      speed.verdict = Verdict::kBetter;
    result_.speeds.push_back(speed);
  }

  void list_added() {
    for (const ModelRow& model : new_.file.report.models)
      if (!named(old_.file.report.models, model.name)) result_.added.push_back("model " + model.name);
    for (const TaskRow& task : new_.file.report.tasks)
      if (!named(old_.file.report.tasks, task.name)) result_.added.push_back("task " + task.name);
  }

  MeasuredRun old_, new_;
  const CompareOptions& options_;
  ReportComparison result_;
};

}  // namespace

bool ReportComparison::has_regression() const {
  const auto is_one = [](const auto& row) { return row.verdict == Verdict::kRegression; };
  return std::any_of(cells.begin(), cells.end(), is_one) || std::any_of(speeds.begin(), speeds.end(), is_one);
}

ReportComparison compare(const NamedReport& old_report, const NamedReport& new_report,
                         const CompareOptions& options) {
  return Comparer(old_report, new_report, options).run();
}

}  // namespace iiet
