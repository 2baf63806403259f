#include "harness/eval/task.hpp"

#include <algorithm>

#include <fnmatch.h>

#include "harness/base/error.hpp"
#include "harness/base/python_literal.hpp"
#include "harness/base/unicode.hpp"
#include "harness/metric/result_name.hpp"

namespace iiet {
namespace {

bool is_glob(const std::string& name) { return name.find_first_of("*?[") != std::string::npos; }

/// The tasks that one item of the list stands for; none if it stands for nothing.
std::vector<const Task*> tasks_named(const std::string& name) {
  if (const Task* task = Registry<Task>::find(name)) return {task};
  std::vector<const Task*> tasks;
  if (const TaskGroup* group = Registry<TaskGroup>::find(name)) {
    for (const std::string& member : group->tasks) tasks.push_back(&Registry<Task>::get(member));
  } else if (name == "all" || is_glob(name)) {
    for (const Task& task : Registry<Task>::all())
      if (name == "all" || ::fnmatch(name.c_str(), task.name.c_str(), 0) == 0) tasks.push_back(&task);
  }
  return tasks;
}

[[noreturn]] void refuse(const std::string& name) {
  std::vector<std::string> known = Registry<Task>::names();
  for (const std::string& group : Registry<TaskGroup>::names()) known.push_back(group);
  known.push_back("all");
  if (is_glob(name))
    throw InputError(fmt::format("no task matches '{}'; known: {}", name, fmt::join(known, ", ")));
  throw InputError(unknown_name("task", name, known));
}

}  // namespace

std::vector<const Task*> select_tasks(const std::string& names) {
  std::vector<const Task*> selected;
  for (std::size_t begin = 0; begin <= names.size();) {
    const std::size_t end = std::min(names.find(',', begin), names.size());
    const std::string name(strip(std::string_view(names).substr(begin, end - begin)));
    begin = end + 1;
    require(!name.empty(), "tasks: an empty name in the list '{}'", names);
    const auto tasks = tasks_named(name);
    if (tasks.empty()) refuse(name);
    for (const Task* task : tasks)
      if (std::find(selected.begin(), selected.end(), task) == selected.end()) selected.push_back(task);
  }
  return selected;
}

std::vector<std::string> result_names(const Task& task) {
  std::vector<std::string> filters;
  for (const Filter& filter : task.filters) filters.push_back(filter.name);
  if (filters.empty()) filters.emplace_back(kNoFilter);
  std::vector<std::string> names;
  for (const std::string& filter : filters)
    for (const std::string& metric : task.metrics) names.push_back(ResultName{metric, filter}.text());
  return names;
}

std::int64_t integer_field(const Json& document, const char* name) {
  const Json& member = field(document, name);
  return member.is_boolean() ? member.get<bool>() : field<std::int64_t>(document, name);
}

std::string target_of(const Task& task, const Json& document, const Sample& sample) {
  if (task.target) return task.target(document);
  if (const auto* choice = std::get_if<Choice>(&sample)) return std::to_string(choice->gold);
  if (const auto* completion = std::get_if<Completion>(&sample)) return completion->continuation;
  if (const auto* generation = std::get_if<Generation>(&sample))
    return generation->references.size() == 1 ? generation->references.front()
                                              : python_literal(generation->references);
  return std::get<Passage>(sample).text;
}

}  // namespace iiet
