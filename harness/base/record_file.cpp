#include "harness/base/record_file.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include <sqlite3.h>

#include "harness/base/error.hpp"
#include "harness/base/sha256.hpp"

namespace iiet {
namespace {

constexpr int kBusyMs = 60000;
constexpr std::size_t kCheckBytes = 8;

/// Ties a record to its key: a flipped bit in either is found.
std::string check_of(std::string_view key, std::string_view record) {
  Sha256 sum;
  sum.add_text(key);
  sum.add(record);
  const auto digest = sum.digest();
  return std::string(reinterpret_cast<const char*>(digest.data()), kCheckBytes);
}

}  // namespace

class RecordFile::Database {
 public:
  Database(const std::filesystem::path& path, const RecordKind& kind) : path_(path.string()), kind_(kind) {
    const int opened =
        sqlite3_open_v2(path_.c_str(), &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    try {
      if (opened != SQLITE_OK) fail();
      sqlite3_busy_timeout(handle_, kBusyMs);
      check_kind();  // before anything changes in a file that is none of ours
      use_write_ahead_log();
      run("BEGIN IMMEDIATE");
      make_tables();
      run("COMMIT");
      find_ = prepare("SELECT record FROM records WHERE key = ?1");
      add_ = prepare("INSERT OR IGNORE INTO records VALUES (?1, ?2)");
    } catch (...) {
      close();
      throw;
    }
  }
  ~Database() { close(); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  std::optional<std::string> find(std::string_view key) {
    bind(find_, 1, key);
    std::optional<std::string> record;
    if (step(find_)) {
      const auto* bytes = static_cast<const char*>(sqlite3_column_blob(find_, 0));
      record.emplace(bytes, static_cast<std::size_t>(sqlite3_column_bytes(find_, 0)));
    }
    sqlite3_reset(find_);
    if (!record) return std::nullopt;
    const std::size_t size = std::max(record->size(), kCheckBytes) - kCheckBytes;
    const std::string check = record->substr(size);
    record->resize(size);
    require(check == check_of(key, *record), "{}: the {} is damaged: a record has changed", path_,
            kind_.name);
    return record;
  }

  void add(std::string_view key, std::string_view record) {
    const std::string checked = std::string(record) + check_of(key, record);
    bind(add_, 1, key);
    bind(add_, 2, checked);
    step(add_);
    sqlite3_reset(add_);
  }

  void run(const char* sql) {
    if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail();
  }

  /// After some failures SQLite has done it already.
  void roll_back() {
    if (!sqlite3_get_autocommit(handle_)) run("ROLLBACK");
  }

 private:
  void close() {
    sqlite3_finalize(find_);
    sqlite3_finalize(add_);
    sqlite3_close(handle_);
  }

  [[noreturn]] void fail() const {
    const int code = handle_ ? sqlite3_errcode(handle_) : SQLITE_NOMEM;
    const std::string reason = handle_ ? sqlite3_errmsg(handle_) : "out of memory";
    if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT)
      throw InputError(
          fmt::format("{}: the {} is damaged, or the file is none: {}", path_, kind_.name, reason));
    if (code == SQLITE_CANTOPEN || code == SQLITE_READONLY || code == SQLITE_PERM)
      throw InputError(fmt::format("{}: cannot be written: {}", path_, reason));
    throw Error(fmt::format("{}: the {} failed: {}", path_, kind_.name, reason));
  }

  /// Two processes that do this to a new file at once may find it busy whatever the timeout.
  void use_write_ahead_log() {
    for (int tries = 0;; ++tries) {
      const int code = sqlite3_exec(handle_, "PRAGMA journal_mode = WAL", nullptr, nullptr, nullptr);
      if (code == SQLITE_OK) break;
      if (code != SQLITE_BUSY || tries > 1000) fail();
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    run("PRAGMA synchronous = NORMAL");
  }

  bool is_empty() {
    return number("PRAGMA application_id") == 0 && number("SELECT count(*) FROM sqlite_master") == 0;
  }

  void make_tables() {
    if (!is_empty()) return check_kind();  // of another process by now
    run("CREATE TABLE records (key BLOB PRIMARY KEY, record BLOB NOT NULL) WITHOUT ROWID");
    run(fmt::format("PRAGMA application_id = {}", kind_.application).c_str());
    run(fmt::format("PRAGMA user_version = {}", kind_.version).c_str());
  }

  void check_kind() {
    if (is_empty()) return;
    const std::int64_t application = number("PRAGMA application_id"), version = number("PRAGMA user_version");
    require(application == kind_.application, "{}: no {} of iiet-eval, but another SQLite file", path_,
            kind_.name);
    require(version == kind_.version, "{}: the {} is of version {}, this program reads version {}", path_,
            kind_.name, version, kind_.version);
  }

  std::int64_t number(const char* sql) {
    sqlite3_stmt* statement = prepare(sql);
    const bool found = sqlite3_step(statement) == SQLITE_ROW;
    const std::int64_t value = found ? sqlite3_column_int64(statement, 0) : 0;
    if (sqlite3_finalize(statement) != SQLITE_OK || !found) fail();
    return value;
  }

  sqlite3_stmt* prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(handle_, sql, -1, &statement, nullptr) != SQLITE_OK) fail();
    return statement;
  }

  void bind(sqlite3_stmt* statement, int place, std::string_view bytes) {
    if (sqlite3_bind_blob64(statement, place, bytes.data(), bytes.size(), SQLITE_STATIC) != SQLITE_OK) fail();
  }

  /// True if there is a row.
  bool step(sqlite3_stmt* statement) {
    const int code = sqlite3_step(statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
      sqlite3_reset(statement);
      fail();
    }
    return code == SQLITE_ROW;
  }

  std::string path_;
  RecordKind kind_;
  sqlite3* handle_ = nullptr;
  sqlite3_stmt *find_ = nullptr, *add_ = nullptr;
};

RecordFile::RecordFile(const std::filesystem::path& path, const RecordKind& kind)
    : database_(std::make_unique<Database>(path, kind)) {}

RecordFile::~RecordFile() = default;

std::optional<std::string> RecordFile::find(std::string_view key) { return database_->find(key); }

void RecordFile::add(std::span<const std::pair<std::string, std::string>> records) {
  database_->run("BEGIN IMMEDIATE");
  try {
    for (const auto& [key, record] : records) database_->add(key, record);
    database_->run("COMMIT");
  } catch (...) {
    database_->roll_back();
    throw;
  }
}

void RecordFile::add(std::string_view key, std::string_view record) { database_->add(key, record); }

}  // namespace iiet
