#include "harness/eval/answer_files.hpp"

#include "harness/base/error.hpp"
#include "harness/eval/records.hpp"

namespace iiet {
namespace {

constexpr RecordKind kAnswerCache{"answer cache", 0x69694143}, kJournal{"run's journal", 0x69694A4E, 2};
constexpr std::size_t kWaitingMost = 1000;
constexpr std::chrono::seconds kWaitingLongest{1};

std::string bytes_of(const AnswerStore::Key& key) { return {key.begin(), key.end()}; }

class JournalPart : public Journal {
 public:
  JournalPart(RecordFile& file, std::string name) : file_(file), name_(std::move(name)) {}
  std::optional<std::string> find(std::int64_t unit) override { return file_.find(key(unit)); }
  void add(std::int64_t unit, std::string_view record) override { file_.add(key(unit), record); }

 private:
  std::string key(std::int64_t unit) const { return fmt::format("{} {}", unit, name_); }
  RecordFile& file_;
  std::string name_;
};

}  // namespace

AnswerCache::AnswerCache(const std::filesystem::path& path)
    : file_(path, kAnswerCache), written_(std::chrono::steady_clock::now()) {}

std::optional<Response> AnswerCache::find(const Key& key) {
  const auto record = file_.find(bytes_of(key));
  return record ? std::optional(from_record<Response>(*record)) : std::nullopt;
}

void AnswerCache::add(const Key& key, const Response& response) {
  waiting_.emplace_back(bytes_of(key), to_record(response));
  if (waiting_.size() >= kWaitingMost || std::chrono::steady_clock::now() - written_ >= kWaitingLongest)
    flush();
}

void AnswerCache::flush() {
  file_.add(waiting_);
  waiting_.clear();
  written_ = std::chrono::steady_clock::now();
}

JournalFile::JournalFile(const std::filesystem::path& path) : file_(path, kJournal) {}

std::unique_ptr<Journal> JournalFile::part(const std::string& name) {
  return std::make_unique<JournalPart>(file_, name);
}

}  // namespace iiet
