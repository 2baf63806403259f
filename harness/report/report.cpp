#include "harness/report/report.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>
#include <thread>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "harness/base/files.hpp"

namespace iiet {
namespace {

/// JSON has no NaN or infinity: they are written as strings, so that a reader sees what happened.
Json number(double value) {
  if (std::isfinite(value)) return value;
  return std::isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}

Json metrics_json(const std::vector<MetricValue>& metrics) {
  Json json = Json::object();
  for (const MetricValue& m : metrics)
    json[m.name] = {{"value", number(m.value)},
                    {"stderr", m.standard_error ? number(*m.standard_error) : Json(nullptr)},
                    {"n", m.n},
                    {"higher_is_better", m.higher_is_better}};
  return json;
}

Json throughput_json(const Throughput& t) {
  const auto rate = [&](std::int64_t count) {
    return t.wall_s > 0 ? static_cast<double>(count) / t.wall_s : 0;
  };
  return {{"requests", t.requests},
          {"tokens_fed", t.tokens_fed},
          {"tokens_scored", t.tokens_scored},
          {"wall_s", t.wall_s},
          {"tokens_per_s", rate(t.tokens_fed)},
          {"requests_per_s", rate(t.requests)},
          {"pass_latency_ms", {{"p50", t.pass_latency_ms_p50}, {"p90", t.pass_latency_ms_p90}}},
          {"peak_memory_bytes", t.peak_memory_bytes}};
}

Json result_json(const ResultRow& r) {
  const bool ok = r.error.empty();
  Json json = {{"model", r.model},
               {"task", r.task},
               {"status", ok ? "ok" : "failed"},
               {"error", ok ? Json(nullptr) : Json(r.error)},
               {"metrics", metrics_json(r.metrics)},
               {"throughput", ok ? throughput_json(r.throughput) : Json(nullptr)},
               {"truncated_requests", r.truncated_requests}};
  return json;
}

Json model_json(const ModelRow& m) {
  return {{"name", m.name},
          {"path", m.path},
          {"variant", m.variant},
          {"iterations", m.iterations},
          {"evaluations", m.evaluations},
          {"parameters", m.parameters},
          {"evaluations_per_token", m.evaluations_per_token},
          {"flops_per_token", m.flops_per_token},
          {"kv_bytes_per_token", m.kv_bytes_per_token},
          {"max_length", m.max_length},
          {"weights_sha256", m.weights_sha256},
          {"tokenizer_sha256", m.tokenizer_sha256},
          {"untrained", m.untrained},
          {"notes", m.notes},
          {"config", m.config}};
}

Json task_json(const TaskRow& t) {
  return {{"name", t.name},
          {"version", t.version},
          {"num_fewshot", t.num_fewshot},
          {"documents", t.documents},
          {"limit", t.limit ? Json(*t.limit) : Json(nullptr)},
          {"accuracy_metric", t.accuracy_metric.empty() ? Json(nullptr) : Json(t.accuracy_metric)},
          {"read_s", t.read_s},
          {"data",
           {{"path", t.data_path},
            {"sha256", t.data_sha256},
            {"documents", t.documents_in_split},
            {"sample", t.sample_data}}}};
}

/// First line that a command prints, or "".
std::string first_line_of(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
  char line[256];
  if (!pipe || !std::fgets(line, sizeof line, pipe.get())) return "";
  std::string text(line);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

std::string cpu_model() {
  const std::string info = read_file("/proc/cpuinfo");
  const auto at = info.find("model name");
  if (at == std::string::npos) return "unknown";
  const auto begin = info.find(':', at) + 2;
  return info.substr(begin, info.find('\n', begin) - begin);
}

}  // namespace

const ResultRow* Report::find(const std::string& model, const std::string& task) const {
  const auto found = std::find_if(results.begin(), results.end(),
                                  [&](const ResultRow& r) { return r.model == model && r.task == task; });
  return found == results.end() ? nullptr : &*found;
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
  const auto list = [&](const char* name, const auto& rows, auto write) {
    json[name] = Json::array();
    for (const auto& row : rows) json[name].push_back(write(row));
  };
  list("models", report.models, model_json);
  list("tasks", report.tasks, task_json);
  list("results", report.results, result_json);
  list("averages", report.averages, [](const AverageRow& a) {
    return Json{{"model", a.model}, {"accuracy", number(a.accuracy)}, {"tasks", a.tasks}};
  });
  return json;
}

Json machine_context() {
  const std::string git = "git -C '" + project_root().string() + "' ";
  const std::string commit = first_line_of(git + "rev-parse HEAD 2>/dev/null");
  const auto now = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  return {
      {"started", fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", fmt::gmtime(now))},
      {"duration_s", 0.0},
      {"command", Json::array()},
      {"commit", commit.empty() ? Json(nullptr) : Json(commit)},
      {"dirty", !commit.empty() && !first_line_of(git + "status --porcelain 2>/dev/null").empty()},
      {"build", {{"type", IIET_BUILD_TYPE}, {"compiler", "g++ " __VERSION__}, {"flags", IIET_BUILD_FLAGS}}},
      {"libtorch", nullptr},
      {"cuda", nullptr},
      {"cpu", {{"model", cpu_model()}, {"cores", std::thread::hardware_concurrency()}}}};
}

std::string utc_time_for_files() {
  const auto now = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  return fmt::format("{:%Y-%m-%dT%H-%M-%S}Z", fmt::gmtime(now));
}

std::string for_file_name(const std::string& name) {
  std::string safe;
  for (const char c : name)
    safe += std::string_view("<>:/|\\?*[] ").find(c) == std::string_view::npos ? c : '_';
  return safe;
}

}  // namespace iiet
