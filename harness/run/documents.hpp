#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/eval/documents.hpp"

namespace iiet {

/// The documents of a run's tasks. All are read once, so that mistakes in them cost no work; small files are
/// kept, large ones are read again for each model, so that memory does not grow with the number of tasks.
class RunDocuments {
 public:
  /// Throws InputError as load_task_data does.
  RunDocuments(const std::string& tasks, TaskDataOptions options);

  /// A task without its documents, and how long they took to read.
  struct Known {
    TaskData data;
    std::size_t documents = 0;
    std::string fewshot_sha256;  // empty: no file of examples
    double read_s = 0;
  };
  const std::vector<Known>& tasks() const { return tasks_; }
  /// A task's documents. Throws Error where its file is not what it was.
  std::shared_ptr<const TaskData> read(std::size_t task) const;

 private:
  TaskDataOptions options_;
  std::vector<Known> tasks_;
  std::vector<std::shared_ptr<const TaskData>> kept_;  // null: to be read again
};

}  // namespace iiet
