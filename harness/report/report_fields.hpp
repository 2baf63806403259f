#pragma once

#include <concepts>
#include <string>
#include <type_traits>

#include "harness/base/json.hpp"
#include "harness/report/report.hpp"

namespace iiet {

// The fields of a report's rows, each listed once: writing and reading walk these lists. A visitor takes
// `visit(name, member)`, and
//   figure(name, number)          which need not be finite
//   text_or_null(name, text)      null for ""
//   unless_zero(name, count)      absent where it is 0
//   derived(name, value)          written, and ignored when read: it follows from other fields
//   object(name, list)            an object whose fields `list(visitor)` lists
//   object_or_null(name, list, present)
//   named(name, rows)             an object whose keys are the rows' names

template <typename T, typename Row>
concept Is = std::same_as<std::remove_const_t<T>, Row>;

void fields(Is<MetricValue> auto& metric, auto& visit) {
  visit.figure("value", metric.value);
  visit.figure("stderr", metric.standard_error);
  visit("n", metric.n);
  visit("higher_is_better", metric.higher_is_better);
}

void fields(Is<Throughput> auto& speed, auto& visit) {
  const auto rate = [&](std::int64_t count) {
    return speed.wall_s > 0 ? static_cast<double>(count) / speed.wall_s : 0;
  };
  visit("requests", speed.requests);
  visit("tokens_fed", speed.tokens_fed);
  visit("tokens_scored", speed.tokens_scored);
  visit("wall_s", speed.wall_s);
  visit.derived("tokens_per_s", rate(speed.tokens_fed));
  visit.derived("requests_per_s", rate(speed.requests));
  visit.object("pass_latency_ms", [&](auto& latency) {
    latency("p50", speed.pass_latency_ms_p50);
    latency("p90", speed.pass_latency_ms_p90);
  });
  visit("peak_memory_bytes", speed.peak_memory_bytes);
}

void fields(Is<ResultRow> auto& result, auto& visit) {
  visit("model", result.model);
  visit("task", result.task);
  visit.derived("status", std::string(result.error.empty() ? "ok" : "failed"));
  visit.text_or_null("error", result.error);
  visit.named("metrics", result.metrics);
  visit.object_or_null(
      "throughput", [&](auto& speed) { fields(result.throughput, speed); }, result.error.empty());
  visit("truncated_requests", result.truncated_requests);
  visit.unless_zero("cached_requests", result.cached_requests);
}

void fields(Is<ModelRow> auto& model, auto& visit) {
  visit("name", model.name);
  visit("path", model.path);
  visit("variant", model.variant);
  visit("iterations", model.iterations);
  visit("evaluations", model.evaluations);
  visit("parameters", model.parameters);
  visit("evaluations_per_token", model.evaluations_per_token);
  visit("flops_per_token", model.flops_per_token);
  visit("kv_bytes_per_token", model.kv_bytes_per_token);
  visit("max_length", model.max_length);
  visit("weights_sha256", model.weights_sha256);
  visit("tokenizer_sha256", model.tokenizer_sha256);
  visit("untrained", model.untrained);
  visit("notes", model.notes);
  visit("config", model.config);
}

void fields(Is<TaskRow> auto& task, auto& visit) {
  visit("name", task.name);
  visit("version", task.version);
  visit("num_fewshot", task.num_fewshot);
  visit("documents", task.documents);
  visit("limit", task.limit);
  visit.text_or_null("accuracy_metric", task.accuracy_metric);
  visit("read_s", task.read_s);
  visit.object("data", [&](auto& data) {
    data("path", task.data_path);
    data("sha256", task.data_sha256);
    data("documents", task.documents_in_split);
    data("sample", task.sample_data);
  });
}

void fields(Is<AverageRow> auto& average, auto& visit) {
  visit("model", average.model);
  visit.figure("accuracy", average.accuracy);
  visit("tasks", average.tasks);
}

void fields(Is<MissingRow> auto& missing, auto& visit) {
  visit("model", missing.model);
  visit("task", missing.task);
}

/// The lists of rows of a report; one that is incomplete has `missing` too.
void rows(Is<Report> auto& report, auto& visit) {
  visit("models", report.models);
  visit("tasks", report.tasks);
  visit("results", report.results);
  visit("averages", report.averages);
}

}  // namespace iiet
