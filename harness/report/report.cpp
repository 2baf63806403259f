#include "harness/report/report.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "harness/report/report_fields.hpp"

namespace iiet {
namespace {

/// Writes the fields that are listed in report_fields.hpp, in their order.
class RowWriter {
 public:
  template <typename T>
  void operator()(const char* name, const T& value) {
    json_[name] = value;
  }
  template <typename T>
  void operator()(const char* name, const std::optional<T>& value) {
    json_[name] = value ? Json(*value) : Json(nullptr);
  }
  void figure(const char* name, double value) { json_[name] = number_json(value); }
  void figure(const char* name, const std::optional<double>& value) {
    json_[name] = value ? number_json(*value) : Json(nullptr);
  }
  void text_or_null(const char* name, const std::string& text) {
    json_[name] = text.empty() ? Json(nullptr) : Json(text);
  }
  void unless_zero(const char* name, std::size_t count) {
    if (count > 0) json_[name] = count;
  }
  template <typename T>
  void derived(const char* name, const T& value) {
    json_[name] = value;
  }
  template <typename List>
  void object(const char* name, List list) {
    RowWriter inner;
    list(inner);
    json_[name] = std::move(inner.json_);
  }
  template <typename List>
  void object_or_null(const char* name, List list, bool present) {
    json_[name] = nullptr;
    if (present) object(name, list);
  }
  template <typename Rows>
  void named(const char* name, const Rows& rows) {
    json_[name] = Json::object();
    for (const auto& row : rows) json_[name][row.name] = json_of(row);
  }
  template <typename Row>
  static Json json_of(const Row& row) {
    RowWriter writer;
    fields(row, writer);
    return std::move(writer.json_);
  }

 private:
  Json json_ = Json::object();
};

}  // namespace

const ResultRow* Report::find(const std::string& model, const std::string& task) const {
  const auto found = std::find_if(results.begin(), results.end(),
                                  [&](const ResultRow& r) { return r.model == model && r.task == task; });
  return found == results.end() ? nullptr : &*found;
}

const ModelRow* Report::find_model(const std::string& name) const {
  const auto found =
      std::find_if(models.begin(), models.end(), [&](const ModelRow& m) { return m.name == name; });
  return found == models.end() ? nullptr : &*found;
}

std::string incomplete_note(const Report& report) {
  constexpr std::size_t kShown = 8;
  if (report.missing.empty()) return "";
  std::string text = fmt::format("incomplete: the run was interrupted; {} of {} results are missing: ",
                                 report.missing.size(), report.missing.size() + report.results.size());
  for (std::size_t i = 0; i < std::min(kShown, report.missing.size()); ++i)
    text += fmt::format("{}{} on {}", i == 0 ? "" : ", ", report.missing[i].model, report.missing[i].task);
  return text + (report.missing.size() > kShown ? ", …" : "");
}

std::vector<AverageRow> averages_of(const Report& report) {
  std::vector<AverageRow> averages;
  for (const ModelRow& model : report.models) {
    AverageRow average{model.name, 0, {}};
    for (const TaskRow& task : report.tasks) {
      const ResultRow* result = report.find(model.name, task.name);
      if (!result || !result->error.empty()) continue;
      for (const MetricValue& metric : result->metrics)
        if (metric.name == task.accuracy_metric) {
          average.accuracy += metric.value;
          average.tasks.push_back(task.name);
        }
    }
    if (average.tasks.empty()) continue;
    average.accuracy /= static_cast<double>(average.tasks.size());
    averages.push_back(average);
  }
  return averages;
}

Json to_json(const Report& report) {
  Json json = {{"schema", 1}, {"context", report.context}};
  if (!report.missing.empty()) json["incomplete"] = true;
  const auto list = [&](const char* name, const auto& rows_of_kind) {
    json[name] = Json::array();
    for (const auto& row : rows_of_kind) json[name].push_back(RowWriter::json_of(row));
  };
  rows(report, list);
  if (!report.missing.empty()) list("missing", report.missing);
  return json;
}

std::string utc_time() {
  const auto now = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", fmt::gmtime(now));
}

std::string utc_time_for_files() {
  std::string time = utc_time();
  std::replace(time.begin(), time.end(), ':', '-');
  return time;
}

std::string for_file_name(const std::string& name) {
  std::string safe;
  for (const char c : name)
    safe += std::string_view("<>:/|\\?*[] ").find(c) == std::string_view::npos ? c : '_';
  return safe;
}

}  // namespace iiet
