#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/record_file.hpp"
#include "harness/eval/answers.hpp"

namespace iiet {

/// Answers in a file (SQLite) that many runs share, also at once. What it is told is written within a second
/// of the next answer, and in flush().
class AnswerCache : public AnswerStore {
 public:
  explicit AnswerCache(const std::filesystem::path& path);
  std::optional<Response> find(const Key& key) override;
  void add(const Key& key, const Response& response) override;
  void flush() override;

 private:
  RecordFile file_;
  std::vector<std::pair<std::string, std::string>> waiting_;
  std::chrono::steady_clock::time_point written_;
};

/// The journals of a run's pieces of work, in one file (SQLite). A record survives the end of the process
/// from add() on.
class JournalFile {
 public:
  explicit JournalFile(const std::filesystem::path& path);
  /// The journal of the piece of this name; the file must outlive it.
  std::unique_ptr<Journal> part(const std::string& name);

 private:
  RecordFile file_;
};

}  // namespace iiet
