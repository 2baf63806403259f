#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/byte_source.hpp"
#include "harness/base/json.hpp"

namespace iiet {

/// The whole file, that of a `.gz` unpacked; throws InputError naming the path and the reason.
std::string read_file(const std::filesystem::path& path);

/// A JSON file; a syntax error names file, line and column. Nesting deeper than 100 levels is refused.
Json read_json(const std::filesystem::path& path);

/// Parses `text` as JSON with the same checks; `where` names the source in messages.
Json parse_json(std::string_view text, const std::string& where);

/// Calls `each(object, line number from 1)` for every line of JSON lines, blank lines skipped. A malformed
/// line or one that is no object throws InputError naming source and line.
void for_each_json_line(ByteSource source, const std::function<void(Json, std::size_t)>& each);
/// The same for a file, which must hold at least one document.
void for_each_json_line(const std::filesystem::path& path,
                        const std::function<void(Json, std::size_t)>& each);

/// A file, or standard input where `path` is empty.
ByteSource open_input(const std::string& path);

/// Lines of a text, without their line ends (LF or CRLF); a last line need not end.
std::vector<std::string_view> lines_of(std::string_view text);

/// A file that appears whole or not at all: written beside its place, put there by commit() (fsync, rename).
/// Makes missing folders.
class AtomicFile {
 public:
  explicit AtomicFile(const std::filesystem::path& path);
  ~AtomicFile();
  AtomicFile(AtomicFile&&) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;
  void write(std::string_view bytes);
  void commit();

 private:
  struct Temporary;
  std::filesystem::path path_;
  std::unique_ptr<Temporary> temporary_;
};

/// All of an AtomicFile at once.
void write_file_atomically(const std::filesystem::path& path, std::string_view content);

/// Throws InputError unless a file could be written at `path` (missing folders are made); leaves nothing
/// behind. For use before long work starts.
void require_writable(const std::filesystem::path& path);

/// Lower-case hexadecimal SHA-256.
std::string sha256(std::string_view bytes);
std::string sha256_of_file(const std::filesystem::path& path);

/// A read-only memory-mapped file.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  std::string_view bytes() const { return {data_, size_}; }

 private:
  const char* data_ = nullptr;
  std::size_t size_ = 0;
};

/// The root of the checkout: $IIET_ROOT, else the folder the program was built from.
std::filesystem::path project_root();

}  // namespace iiet
