#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/eval/request.hpp"
#include "harness/eval/task.hpp"

namespace iiet {

/// A task's documents turned into samples, with where they came from.
struct TaskData {
  const Task* task = nullptr;
  std::filesystem::path path;   // the file of the evaluated split
  std::string sha256;           // of that file
  bool is_sample_data = false;  // the few documents that come with the task, not the real set
  std::size_t documents_in_split = 0;
  std::size_t num_fewshot = 0;         // examples before each document; 0 where the task takes none
  std::filesystem::path fewshot_path;  // where they come from; empty without examples, and for the task's own
  std::vector<Json> documents;         // the evaluated rows (prepared), in order
  std::vector<Sample> samples;         // one a document, few-shot examples included
};

struct TaskDataOptions {
  std::filesystem::path folder = {};            // --data; empty: samples only
  std::optional<double> limit = {};             // < 1: fraction, rounded up; >= 1: first documents
  std::optional<std::size_t> num_fewshot = {};  // absent: as the task has it
  std::uint64_t fewshot_seed = 1234;
};

/// Reads, limits and turns into samples. Examples are ignored by tasks that score whole texts, as the
/// reference does. Errors name file, line, task, document (from 0) and field.
TaskData load_task_data(const Task& task, const TaskDataOptions& options);

/// The data folder: `given` (--data) if not empty, else $IIET_DATA, else `tasks/data` where it exists, else
/// empty.
std::filesystem::path data_folder(const std::string& given);

/// The file of a split in the `--data` layout.
std::filesystem::path split_file(const std::filesystem::path& folder, const Task& task,
                                 const std::string& split);

/// The sample documents that come with a task: those of its data set.
std::filesystem::path sample_file(const Task& task);

/// The split that is evaluated: test where the task has one, else validation.
const std::string& evaluated_split(const Task& task);

}  // namespace iiet
