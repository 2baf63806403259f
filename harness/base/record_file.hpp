#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace iiet {

/// What a record file holds; files of another kind are refused.
struct RecordKind {
  std::string_view name;         // for messages: `answer cache`
  std::int32_t application = 0;  // SQLite's application_id
  std::int32_t version = 1;      // of what records mean
};

/// Records under keys in a SQLite file (WAL) that several processes may use at once. What add() returned from
/// survives the end of the process, however it comes; after a power cut the file is whole, its last records
/// may be missing. From one thread at a time.
class RecordFile {
 public:
  /// Opens or makes the file. Throws InputError naming a file that is damaged, foreign or not to be written.
  RecordFile(const std::filesystem::path& path, const RecordKind& kind);
  ~RecordFile();
  RecordFile(const RecordFile&) = delete;
  RecordFile& operator=(const RecordFile&) = delete;

  std::optional<std::string> find(std::string_view key);
  /// All of the (key, record) pairs or none. A key that has a record keeps it.
  void add(std::span<const std::pair<std::string, std::string>> records);
  void add(std::string_view key, std::string_view record);

 private:
  class Database;
  std::unique_ptr<Database> database_;
};

}  // namespace iiet
