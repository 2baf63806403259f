#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "harness/base/json_fields.hpp"
#include "harness/base/registry.hpp"
#include "harness/eval/filters.hpp"
#include "harness/eval/sample.hpp"

namespace iiet {

/// Where a task's rows lie in the `--data` layout: `<folder>/<split>.jsonl`. An empty split means the data
/// set has none. Tasks of one data set name the same folder and share its sample documents.
struct DataSource {
  std::string folder;
  std::string training = {}, validation = {}, test = {};
};

/// A task is data and pure functions: no class, no state, testable without a model.
struct Task {
  std::string name;
  std::string version;  // as lm-evaluation-harness prints it
  std::string about;
  DataSource data;
  std::vector<std::string> metrics;  // names in Registry<Metric>, in the order of the reference's task file
  std::string accuracy = {};  // the result (see result_names) in the average of accuracies; empty: none
  std::vector<Filter> filters = {};  // each gives results of its own; none: answers count as they are
  std::size_t num_fewshot = 0;       // where the user does not say
  std::vector<Json> examples = {};   // solved documents that stand for a few-shot split, taken in this order
  std::function<Sample(const Json& document)> sample = nullptr;
  /// The document as the reference logs it (its process_docs), where that differs from the row.
  Json (*prepare)(const Json& row) = nullptr;
  /// The reference's target as text, for sample files, where it is not what `target_of` finds in the sample.
  std::string (*target)(const Json& document) = nullptr;
};
template <>
inline constexpr std::string_view kind_of<Task> = "task";

/// A named list of tasks. With an average, accuracies of its tasks are averaged.
struct TaskGroup {
  std::string name, about;
  std::vector<std::string> tasks;
};
template <>
inline constexpr std::string_view kind_of<TaskGroup> = "group";

/// Tasks named by a comma list of names, groups, globs (`arc_*`) and `all`; sorted as given, each once.
/// Throws InputError with a suggestion for an unknown name, and for a glob that matches nothing.
std::vector<const Task*> select_tasks(const std::string& names);

/// The names of all results of a task: each of its metrics after each of its filters.
std::vector<std::string> result_names(const Task& task);

/// An integer of a document, where booleans are 0 and 1, as in Python.
std::int64_t integer_field(const Json& document, const char* name);

/// The target as the reference logs it: the task's own, else the place of the right option, the continuation
/// or the text.
std::string target_of(const Task& task, const Json& document, const Sample& sample);

}  // namespace iiet
