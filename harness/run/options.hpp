#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/run/model_options.hpp"

namespace iiet {

/// What the user wants evaluated, and how.
struct RunOptions {
  std::string models, tasks;  // comma lists
  std::string data;           // folder; empty: see data_folder
  std::string output;         // see RunOutput
  std::string format = "json";
  std::optional<double> limit;
  std::optional<std::size_t> num_fewshot;
  std::uint64_t seed = 1234;
  std::size_t bootstrap_iterations = 100000;
  bool log_samples = false, confirm_sample_data = false;
  ModelOptions model;
  GenerationSettings generation;
  std::optional<double> length_penalty;
  std::optional<std::string> resume;  // a run is taken up: that of this report, or (empty) of this command
  std::string cache;                  // file of answers that many runs share; empty: none
  std::vector<std::string> command;   // as typed, for the report

  /// Throws InputError for a combination that no run could have.
  void validate() const;
  ExecutorOptions executor_options() const;
};

/// The models of a comma list; commas inside of brackets belong to a value, as in `iiet:iterations=[1,2]`.
/// Throws InputError for one that is not there, and for a name that is there twice.
std::vector<ModelLocation> locate_models(const std::string& list);

/// How generated answers are looked for, as a report says it; null where it does not apply or the task
/// decides.
Json generation_json(const GenerationSettings& settings);

}  // namespace iiet
