#include "harness/report/read_report.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "harness/base/json_fields.hpp"
#include "harness/report/report_fields.hpp"

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

/// Reads the fields that are listed in report_fields.hpp.
class RowReader {
 public:
  explicit RowReader(StrictObject json) : json_(std::move(json)) {}

  template <typename T>
  void operator()(const char* name, T& value) {
    value = json_.get<T>(name);
  }
  void figure(const char* name, double& value) {
    const auto number = number_of(json_.get<Json>(name));
    value = number ? *number : json_.get<double>(name);  // which says what is wrong
  }
  void figure(const char* name, std::optional<double>& value) {
    if (!json_.get<Json>(name).is_null()) figure(name, value.emplace());
  }
  void text_or_null(const char* name, std::string& text) {
    text = json_.get<std::optional<std::string>>(name).value_or("");
  }
  template <typename T>
  void derived(const char* name, const T&) {
    json_.get<T>(name);
  }
  void unless_zero(const char* name, std::size_t& count) {
    count = json_.find<std::size_t>(name).value_or(0);
  }
  template <typename List>
  void object(const char* name, List list) {
    RowReader inner(json_.object(name));
    list(inner);
    inner.json_.require_no_others();
  }
  template <typename List>
  void object_or_null(const char* name, List list, bool present) {
    if (present) return object(name, list);
    require(json_.get<Json>(name).is_null(), "{}: a result that failed has null here", json_.path_of(name));
  }
  template <typename Rows>
  void named(const char* name, Rows& rows) {
    StrictObject object = json_.object(name);
    for (const auto& entry : object.json().items()) {
      rows.push_back(row<typename Rows::value_type>(object.object(entry.key())));
      rows.back().name = entry.key();
    }
  }
  template <typename Row>
  static Row row(StrictObject json) {
    Row result;
    RowReader reader(std::move(json));
    fields(result, reader);
    reader.json_.require_no_others();
    return result;
  }

 private:
  StrictObject json_;
};

void check_status(StrictObject json) {
  const auto status = json.get<std::string>("status");
  require(status == "ok" || status == "failed", "{}: 'ok' or 'failed', got '{}'", json.path_of("status"),
          status);
  const auto error = json.get<std::optional<std::string>>("error").value_or("");
  require(error.empty() == (status == "ok"), "{}: a result that failed has a text, one that is ok null",
          json.path_of("error"));
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
  top.for_each("results", check_status);
  const auto read = [&](const char* name, auto& rows_of_kind) {
    using Row = typename std::decay_t<decltype(rows_of_kind)>::value_type;
    top.for_each(name,
                 [&](StrictObject json) { rows_of_kind.push_back(RowReader::row<Row>(std::move(json))); });
  };
  rows(report, read);
  if (top.find<bool>("incomplete").value_or(false)) read("missing", report.missing);
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
