#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/json.hpp"

namespace iiet {

/// One aggregated metric of one model on one task; no standard error where the reference gives none.
struct MetricValue {
  std::string name;
  double value = 0;
  std::optional<double> standard_error;
  std::size_t n = 0;
  bool higher_is_better = true;
};

/// What answering a task's requests cost: tokenising, forward passes and scoring; no reading of data, no
/// loading of models.
struct Throughput {
  std::int64_t requests = 0, tokens_fed = 0, tokens_scored = 0;
  double wall_s = 0;
  double pass_latency_ms_p50 = 0, pass_latency_ms_p90 = 0;  // of a forward pass
  std::int64_t peak_memory_bytes = 0;  // of the device (of the process on the CPU) during the task
};

struct ResultRow {
  std::string model, task;
  std::string error;  // empty: it went well
  std::vector<MetricValue> metrics;
  Throughput throughput;
  std::size_t truncated_requests = 0;  // contexts cut to the model's length
  std::size_t cached_requests = 0;     // answered by a cache of earlier runs; in no other count
};

struct ModelRow {
  std::string name, path, variant;
  std::vector<std::int64_t> evaluations;  // block evaluations, one entry a layer
  std::vector<std::int64_t> iterations;   // as configured; empty for variants without them
  std::int64_t parameters = 0, evaluations_per_token = 0, kv_bytes_per_token = 0, max_length = 0;
  double flops_per_token = 0;
  std::string weights_sha256, tokenizer_sha256;
  bool untrained = false;
  std::vector<std::string> notes;
  Json config;
};

struct TaskRow {
  std::string name, version, accuracy_metric;
  std::size_t num_fewshot = 0, documents = 0, documents_in_split = 0;
  std::optional<double> limit;
  std::string data_path, data_sha256;
  bool sample_data = false;
  double read_s = 0;  // reading the documents and turning them into samples
};

/// Mean of a model's accuracies over tasks, perplexities left out.
struct AverageRow {
  std::string model;
  double accuracy = 0;
  std::vector<std::string> tasks;
};

/// A result that an interrupted run did not come to.
struct MissingRow {
  std::string model, task;
};

/// A run: context once, then facts. Schema 1 of the report file.
struct Report {
  Json context = {};
  std::vector<ModelRow> models = {};
  std::vector<TaskRow> tasks = {};
  std::vector<ResultRow> results = {};
  std::vector<AverageRow> averages = {};
  std::vector<MissingRow> missing = {};  // empty but for an incomplete report

  const ModelRow* find_model(const std::string& name) const;
  const ResultRow* find(const std::string& model, const std::string& task) const;
};

/// Averages of all models over their successful tasks that have an accuracy.
std::vector<AverageRow> averages_of(const Report& report);

/// `incomplete: …`: that the run was interrupted, and what is missing; empty for a complete report.
std::string incomplete_note(const Report& report);

/// The report file's content.
Json to_json(const Report& report);

/// Now, as `2026-11-26T21:05:33Z`, and as `2026-11-26T21-05-33Z` for file names.
std::string utc_time();
std::string utc_time_for_files();

/// A model's name as part of a file name.
std::string for_file_name(const std::string& name);

/// The table that eval prints: a row a task and metric, a column a model, best values marked, cost below.
/// Sample data, untrained models and incomplete reports are marked.
std::string summary_table(const Report& report);

/// What a run's context says that the user changed of the tasks' decoding, as the reference's gen_kwargs:
/// num_beams, length_penalty, max_gen_toks. Empty: nothing.
Json generation_arguments(const Json& context);

/// One model's results as lm-evaluation-harness writes them.
Json lm_eval_results(const Report& report, const ModelRow& model);

}  // namespace iiet
