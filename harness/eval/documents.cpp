#include "harness/eval/documents.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"
#include "harness/base/numbers.hpp"
#include "harness/eval/fewshot.hpp"

namespace iiet {
namespace fs = std::filesystem;
namespace {

/// The documents of one file, and the line of each for messages.
struct Rows {
  fs::path path;
  std::vector<Json> documents;
  std::vector<std::size_t> lines;
};

/// Calls `make` on a document; what it complains about is preceded by where the document stands.
template <typename Make>
auto located(const Task& task, const Rows& rows, std::size_t i, const Make& make) {
  try {
    return make(rows.documents[i]);
  } catch (const InputError& error) {
    throw InputError(fmt::format("{}:{}: task {}, document {}: {}", rows.path.string(), rows.lines[i],
                                 task.name, i, error.what()));
  }
}

Rows read_rows(const Task& task, const fs::path& path) {
  Rows rows;
  rows.path = path;
  for_each_json_line(path, [&](Json row, std::size_t line) {
    rows.documents.push_back(std::move(row));
    rows.lines.push_back(line);
  });
  if (task.prepare)
    for (std::size_t i = 0; i < rows.documents.size(); ++i)
      rows.documents[i] = located(task, rows, i, task.prepare);
  return rows;
}

std::vector<Sample> samples_of(const Task& task, const Rows& rows, std::size_t count) {
  std::vector<Sample> samples;
  samples.reserve(count);
  for (std::size_t i = 0; i < count; ++i) samples.push_back(located(task, rows, i, task.sample));
  return samples;
}

std::size_t limited(std::size_t documents, std::optional<double> limit) {
  if (!limit) return documents;
  require(*limit > 0 && std::isfinite(*limit), "limit: a number above 0 expected, found {}", *limit);
  if (*limit < 1) return whole_part(std::ceil(static_cast<double>(documents) * *limit), documents);
  require(*limit == std::floor(*limit),
          "limit: a whole number of documents or a fraction below 1 expected, found {}", *limit);
  return whole_part(*limit, documents);
}

/// The file that few-shot examples come from: the first split of training, validation, test that is there.
/// The evaluated file is always one of them.
fs::path pool_file(const Task& task, const fs::path& folder, const fs::path& evaluated) {
  for (const std::string& split : {task.data.training, task.data.validation}) {
    if (split.empty() || folder.empty()) continue;
    if (split == evaluated_split(task)) return evaluated;
    if (const fs::path file = split_file(folder, task, split); fs::exists(file)) return file;
  }
  return evaluated;
}

/// Puts the first of the task's own examples before every document.
void add_own_examples(TaskData& data) {
  const Task& task = *data.task;
  require(data.num_fewshot <= task.examples.size(), "task {}: {} few-shot examples asked for, it has {}",
          task.name, data.num_fewshot, task.examples.size());
  std::string text;
  for (std::size_t i = 0; i < data.num_fewshot; ++i) text += example_text(task.sample(task.examples[i]));
  for (Sample& sample : data.samples) sample = with_examples(std::move(sample), text);
}

/// Puts examples before the first `data.samples.size()` documents of `rows`.
void add_examples(TaskData& data, const Rows& rows, const TaskDataOptions& options) {
  const Task& task = *data.task;
  if (!task.examples.empty()) return add_own_examples(data);
  data.fewshot_path = pool_file(task, options.folder, rows.path);
  const bool from_evaluated = data.fewshot_path == rows.path;
  const Rows pool_rows = from_evaluated ? rows : read_rows(task, data.fewshot_path);
  FewshotPool pool{pool_rows.documents, samples_of(task, pool_rows, pool_rows.documents.size())};
  // The reference draws one more where neither a test nor a few-shot split is named, even if the pool is
  // another split.
  const FewshotRule rule{data.num_fewshot, from_evaluated || task.data.test.empty(), options.fewshot_seed};
  try {
    FewshotSampler sampler(pool, rule);
    for (std::size_t i = 0; i < data.samples.size(); ++i)
      data.samples[i] = with_examples(std::move(data.samples[i]), sampler.examples_before(rows.documents[i]));
  } catch (const InputError& error) {
    throw InputError(fmt::format("task {}: {}: {}", task.name, data.fewshot_path.string(), error.what()));
  }
}

}  // namespace

TaskData load_task_data(const Task& task, const TaskDataOptions& options) {
  TaskData data;
  data.task = &task;
  if (!options.folder.empty()) data.path = split_file(options.folder, task, evaluated_split(task));
  data.is_sample_data = options.folder.empty() || !fs::exists(data.path);
  if (data.is_sample_data) data.path = sample_file(task);
  data.sha256 = sha256_of_file(data.path);

  Rows rows = read_rows(task, data.path);
  data.documents_in_split = rows.documents.size();
  data.samples = samples_of(task, rows, limited(rows.documents.size(), options.limit));
  const std::size_t num_fewshot = options.num_fewshot.value_or(task.num_fewshot);
  if (num_fewshot > 0 && !std::holds_alternative<Passage>(data.samples.front())) {
    data.num_fewshot = num_fewshot;
    add_examples(data, rows, options);
  }
  rows.documents.resize(data.samples.size());
  data.documents = std::move(rows.documents);
  return data;
}

fs::path data_folder(const std::string& given) {
  if (!given.empty()) {
    require(fs::is_directory(given), "--data {}: there is no such folder", given);
    return given;
  }
  if (const char* named = std::getenv("IIET_DATA"); named && *named) {
    require(fs::is_directory(named), "$IIET_DATA is {}: there is no such folder", named);
    return named;
  }
  const fs::path fetched = project_root() / "tasks" / "data";
  return fs::is_directory(fetched) ? fetched : fs::path();
}

fs::path split_file(const fs::path& folder, const Task& task, const std::string& split) {
  return folder / task.data.folder / (split + ".jsonl");
}

fs::path sample_file(const Task& task) {
  std::string name = task.data.folder;
  std::replace(name.begin(), name.end(), '/', '_');
  return project_root() / "tasks" / "samples" / (name + ".jsonl");
}

const std::string& evaluated_split(const Task& task) {
  return task.data.test.empty() ? task.data.validation : task.data.test;
}

}  // namespace iiet
