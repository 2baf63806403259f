#include "harness/report/read_report.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "harness/base/json_fields.hpp"

namespace iiet {
namespace {

constexpr std::int64_t kSchema = 1;

/// Python and JavaScript write NaN and Infinity bare, which no JSON parser accepts or explains.
void refuse_bare_nan(std::string_view text, const std::string& where) {
  std::size_t line = 1;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') ++line;
    if (in_string && text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      in_string = !in_string;
    if (in_string || !std::isalpha(static_cast<unsigned char>(text[i]))) continue;
    std::size_t end = i;
    while (end < text.size() && std::isalpha(static_cast<unsigned char>(text[end]))) ++end;
    const std::string_view word = text.substr(i, end - i);
    for (const std::string_view bare : {"NaN", "nan", "Infinity", "inf"})
      require(word != bare, "{}: line {}: {}{} is not a finite number", where, line,
              i > 0 && text[i - 1] == '-' ? "-" : "", bare);
    i = end - 1;
  }
}

MetricValue read_metric(const std::string& name, StrictObject json) {
  MetricValue metric;
  metric.name = name;
  metric.value = json.get<double>("value");
  metric.standard_error = json.get<std::optional<double>>("stderr");
  metric.n = json.get<std::size_t>("n");
  metric.higher_is_better = json.get<bool>("higher_is_better");
  json.require_no_others();
  return metric;
}

Throughput read_throughput(StrictObject json) {
  Throughput speed;
  speed.requests = json.get<std::int64_t>("requests");
  speed.tokens_fed = json.get<std::int64_t>("tokens_fed");
  speed.tokens_scored = json.get<std::int64_t>("tokens_scored");
  speed.wall_s = json.get<double>("wall_s");
  json.get<double>("tokens_per_s");  // follow from the others
  json.get<double>("requests_per_s");
  StrictObject latency = json.object("pass_latency_ms");
  speed.pass_latency_ms_p50 = latency.get<double>("p50");
  speed.pass_latency_ms_p90 = latency.get<double>("p90");
  latency.require_no_others();
  speed.peak_memory_bytes = json.get<std::int64_t>("peak_memory_bytes");
  json.require_no_others();
  return speed;
}

ResultRow read_result(StrictObject json) {
  ResultRow row;
  row.model = json.get<std::string>("model");
  row.task = json.get<std::string>("task");
  const auto status = json.get<std::string>("status");
  require(status == "ok" || status == "failed", "{}: 'ok' or 'failed', got '{}'", json.path_of("status"),
          status);
  row.error = json.get<std::optional<std::string>>("error").value_or("");
  require(row.error.empty() == (status == "ok"), "{}: a result that failed has a text, one that is ok null",
          json.path_of("error"));
  StrictObject metrics = json.object("metrics");
  for (const auto& entry : metrics.json().items())
    row.metrics.push_back(read_metric(entry.key(), metrics.object(entry.key())));
  if (row.error.empty()) {
    row.throughput = read_throughput(json.object("throughput"));
  } else {
    require(json.get<Json>("throughput").is_null(), "{}: a result that failed has null here",
            json.path_of("throughput"));
  }
  row.truncated_requests = json.get<std::size_t>("truncated_requests");
  json.require_no_others();
  return row;
}

ModelRow read_model(StrictObject json) {
  ModelRow row;
  row.name = json.get<std::string>("name");
  row.path = json.get<std::string>("path");
  row.variant = json.get<std::string>("variant");
  row.iterations = json.get<std::vector<std::int64_t>>("iterations");
  row.evaluations = json.get<std::vector<std::int64_t>>("evaluations");
  row.parameters = json.get<std::int64_t>("parameters");
  row.evaluations_per_token = json.get<std::int64_t>("evaluations_per_token");
  row.flops_per_token = json.get<double>("flops_per_token");
  row.kv_bytes_per_token = json.get<std::int64_t>("kv_bytes_per_token");
  row.max_length = json.get<std::int64_t>("max_length");
  row.weights_sha256 = json.get<std::string>("weights_sha256");
  row.tokenizer_sha256 = json.get<std::string>("tokenizer_sha256");
  row.untrained = json.get<bool>("untrained");
  row.notes = json.get<std::vector<std::string>>("notes");
  row.config = json.get<Json>("config");
  json.require_no_others();
  return row;
}

TaskRow read_task(StrictObject json) {
  TaskRow row;
  row.name = json.get<std::string>("name");
  row.version = json.get<std::string>("version");
  row.num_fewshot = json.get<std::size_t>("num_fewshot");
  row.documents = json.get<std::size_t>("documents");
  row.limit = json.get<std::optional<double>>("limit");
  row.accuracy_metric = json.get<std::optional<std::string>>("accuracy_metric").value_or("");
  row.read_s = json.get<double>("read_s");
  StrictObject data = json.object("data");
  row.data_path = data.get<std::string>("path");
  row.data_sha256 = data.get<std::string>("sha256");
  row.documents_in_split = data.get<std::size_t>("documents");
  row.sample_data = data.get<bool>("sample");
  data.require_no_others();
  json.require_no_others();
  return row;
}

AverageRow read_average(StrictObject json) {
  AverageRow row;
  row.model = json.get<std::string>("model");
  row.accuracy = json.get<double>("accuracy");
  row.tasks = json.get<std::vector<std::string>>("tasks");
  json.require_no_others();
  return row;
}

/// `2026-11-26T21:05:33Z`: such times sort as text, which is how the later of two runs is found.
bool is_utc_time(std::string time) {
  std::replace_if(
      time.begin(), time.end(), [](unsigned char c) { return std::isdigit(c); }, '0');
  return time == "0000-00-00T00:00:00Z";
}

Json read_context(StrictObject json) {
  const auto started = json.get<std::string>("started");
  require(is_utc_time(started), "{}: expected a time as 2026-11-26T21:05:33Z, got '{}'",
          json.path_of("started"), started);
  if (json.json().contains("duration_s")) json.get<double>("duration_s");
  return json.json();
}

/// The names of models or tasks, each once.
template <typename Rows>
std::set<std::string> unique_names(const Rows& rows, const std::string& where) {
  std::set<std::string> names;
  for (const auto& row : rows)
    require(names.insert(row.name).second, "{}: '{}' is there twice", where, row.name);
  return names;
}

void check_rows(const Report& report, const std::string& where) {
  const auto models = unique_names(report.models, where + ": models");
  const auto tasks = unique_names(report.tasks, where + ": tasks");
  std::set<std::pair<std::string, std::string>> cells;
  for (const ResultRow& r : report.results) {
    require(models.contains(r.model), "{}: results: '{}' is none of the models", where, r.model);
    require(tasks.contains(r.task), "{}: results: '{}' is none of the tasks", where, r.task);
    require(cells.insert({r.model, r.task}).second, "{}: results: {} on {} is there twice", where, r.model,
            r.task);
  }
  for (const AverageRow& a : report.averages)
    require(models.contains(a.model), "{}: averages: '{}' is none of the models", where, a.model);
}

void check_schema(StrictObject& json) {
  require(json.json().contains("schema"), "{}: schema: is missing; this is no report of iiet-eval",
          json.where());
  const auto schema = json.get<Json>("schema");
  require(schema == kSchema, "{}: schema: this program reads {}, got {}", json.where(), kSchema,
          schema.dump());
}

}  // namespace

Report report_from_json(const Json& json, const std::string& where) {
  StrictObject top(json, where);
  check_schema(top);
  Report report;
  report.context = read_context(top.object("context"));
  top.for_each("models", [&](StrictObject row) { report.models.push_back(read_model(std::move(row))); });
  top.for_each("tasks", [&](StrictObject row) { report.tasks.push_back(read_task(std::move(row))); });
  top.for_each("results", [&](StrictObject row) { report.results.push_back(read_result(std::move(row))); });
  top.for_each("averages",
               [&](StrictObject row) { report.averages.push_back(read_average(std::move(row))); });
  top.require_no_others();
  check_rows(report, where);
  return report;
}

Report read_report(const std::filesystem::path& path) {
  const std::string text = read_file(path);
  refuse_bare_nan(text, path.string());
  return report_from_json(parse_json(text, path.string()), path.string());
}

}  // namespace iiet
