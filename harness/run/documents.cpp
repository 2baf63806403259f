#include "harness/run/documents.hpp"

#include <chrono>

#include "harness/base/error.hpp"
#include "harness/base/files.hpp"

namespace iiet {
namespace {

constexpr std::uintmax_t kKeptBytes = std::uintmax_t{16} << 20;  // of files, all tasks together

/// All but the documents.
TaskData facts_of(const TaskData& data) {
  TaskData facts;
  facts.task = data.task;
  facts.path = data.path;
  facts.sha256 = data.sha256;
  facts.is_sample_data = data.is_sample_data;
  facts.documents_in_split = data.documents_in_split;
  facts.num_fewshot = data.num_fewshot;
  facts.fewshot_path = data.fewshot_path;
  return facts;
}

std::string fewshot_sha256_of(const TaskData& data) {
  return data.fewshot_path.empty() ? "" : sha256_of_file(data.fewshot_path);
}

}  // namespace

RunDocuments::RunDocuments(const std::string& tasks, TaskDataOptions options) : options_(std::move(options)) {
  std::uintmax_t kept_bytes = 0;
  for (const Task* task : select_tasks(tasks)) {
    const auto start = std::chrono::steady_clock::now();
    auto data = std::make_shared<const TaskData>(load_task_data(*task, options_));
    Known known{facts_of(*data), data->samples.size(), fewshot_sha256_of(*data), 0};
    known.read_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    tasks_.push_back(std::move(known));
    const std::uintmax_t bytes = std::filesystem::file_size(data->path);
    const bool keeps = kept_bytes + bytes <= kKeptBytes;
    if (keeps) kept_bytes += bytes;
    kept_.push_back(keeps ? std::move(data) : nullptr);
  }
}

std::shared_ptr<const TaskData> RunDocuments::read(std::size_t task) const {
  if (kept_[task]) return kept_[task];
  auto data = std::make_shared<const TaskData>(load_task_data(*tasks_[task].data.task, options_));
  const auto check = [](const std::filesystem::path& path, const std::string& was, const std::string& is) {
    if (was != is) throw Error(fmt::format("{}: the file has changed since the run began", path.string()));
  };
  check(data->path, tasks_[task].data.sha256, data->sha256);
  check(data->fewshot_path, tasks_[task].fewshot_sha256, fewshot_sha256_of(*data));
  return data;
}

}  // namespace iiet
