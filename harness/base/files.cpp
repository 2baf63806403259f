#include "harness/base/files.hpp"

#include <cstdlib>
#include <memory>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/base/descriptor.hpp"
#include "harness/base/error.hpp"
#include "harness/base/line_reader.hpp"
#include "harness/base/sha256.hpp"

namespace iiet {
namespace fs = std::filesystem;
namespace {

constexpr int kMaximumJsonDepth = 100;

void make_folder_of(const fs::path& path) {
  if (!path.has_parent_path()) return;
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  require(!error, "{}: cannot make the folder: {}", path.parent_path().string(), error.message());
}

void check_depth(std::string_view text, const std::string& where) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      require(++depth <= kMaximumJsonDepth, "{}: JSON nested deeper than {} levels", where,
              kMaximumJsonDepth);
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
}

}  // namespace

std::string read_file(const fs::path& path) { return ByteSource(path.string()).read_all(); }

ByteSource open_input(const std::string& path) {
  return path.empty() ? ByteSource::standard_input() : ByteSource(path);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

Json parse_json(std::string_view text, const std::string& where) {
  check_depth(text, where);
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    const auto before = text.substr(0, std::min<std::size_t>(text.size(), error.byte ? error.byte - 1 : 0));
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const auto start = before.rfind('\n');
    const auto column = before.size() - (start == std::string_view::npos ? 0 : start + 1) + 1;
    std::string detail = error.what();
    if (const auto colon = detail.rfind("; "); colon != std::string::npos) detail = detail.substr(colon + 2);
    // The source of a single line names the line itself.
    const std::string place = text.find('\n') == std::string_view::npos ? "" : fmt::format("line {}, ", line);
    throw InputError(fmt::format("{}: not valid JSON at {}column {}: {}", where, place, column, detail));
  } catch (const Json::out_of_range& error) {  // 1e999
    std::string detail = error.what();
    if (const auto bracket = detail.find("] "); bracket != std::string::npos)
      detail = detail.substr(bracket + 2);
    throw InputError(fmt::format("{}: not valid JSON: {}", where, detail));
  }
}

Json read_json(const fs::path& path) { return parse_json(read_file(path), path.string()); }

void for_each_json_line(ByteSource source, const std::function<void(Json, std::size_t)>& each) {
  LineReader lines(std::move(source), {.invalid = InvalidText::keep});  // the parser refuses it
  while (const auto line = lines.next()) {
    if (line->find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const std::string where = fmt::format("{}:{}", lines.name(), lines.number());
    Json value = parse_json(*line, where);
    require(value.is_object(), "{}: expected a JSON object, got {}", where, value.type_name());
    each(std::move(value), lines.number());
  }
}

void for_each_json_line(const fs::path& path, const std::function<void(Json, std::size_t)>& each) {
  std::size_t documents = 0;
  for_each_json_line(ByteSource(path.string()), [&](Json document, std::size_t line) {
    ++documents;
    each(std::move(document), line);
  });
  require(documents > 0, "{}: the file holds no document", path.string());
}

/// A new empty file beside `path`, with the usual permissions; removed unless it was renamed into place.
struct AtomicFile::Temporary {
  explicit Temporary(const fs::path& path)
      : name(path.string() + ".tmp-XXXXXX"), file(::mkostemp(name.data(), O_CLOEXEC)) {
    require(file.fd >= 0, "{}: cannot be written: {}", path.string(), reason());
    const mode_t mask = ::umask(0);
    ::umask(mask);
    ::fchmod(file.fd, 0666 & ~mask);
  }
  ~Temporary() {
    if (!kept && file.fd >= 0) ::unlink(name.c_str());
  }

  std::string name;
  Descriptor file;
  bool kept = false;
};

AtomicFile::AtomicFile(const fs::path& path) : path_(path) {
  make_folder_of(path);
  temporary_ = std::make_unique<Temporary>(path);
}

AtomicFile::~AtomicFile() = default;
AtomicFile::AtomicFile(AtomicFile&&) noexcept = default;

void AtomicFile::write(std::string_view bytes) { write_all(temporary_->file, bytes, path_); }

void AtomicFile::commit() {
  if (::fsync(temporary_->file.fd) != 0)
    throw Error(fmt::format("{}: writing failed: {}", path_.string(), reason()));
  if (::rename(temporary_->name.c_str(), path_.c_str()) != 0)
    throw Error(fmt::format("{}: cannot be put in place: {}", path_.string(), reason()));
  temporary_->kept = true;
}

void write_file_atomically(const fs::path& path, std::string_view content) {
  AtomicFile file(path);
  file.write(content);
  file.commit();
}

void require_writable(const fs::path& path) {
  require(!fs::is_directory(path), "{}: cannot be written: it is a folder", path.string());
  std::vector<fs::path> missing;  // deepest first
  for (fs::path folder = path.parent_path(); !folder.empty() && !fs::exists(folder);
       folder = folder.parent_path())
    missing.push_back(folder);
  { const AtomicFile probe(path); }
  std::error_code ignored;
  for (const fs::path& folder : missing) fs::remove(folder, ignored);
}

std::string sha256(std::string_view bytes) {
  Sha256 sum;
  sum.add(bytes);
  return sum.hex();
}

std::string sha256_of_file(const fs::path& path) { return sha256(MappedFile(path).bytes()); }

MappedFile::MappedFile(const fs::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  require(file.fd >= 0, "{}: cannot be read: {}", path.string(), reason());
  struct stat status {};
  require(::fstat(file.fd, &status) == 0 && S_ISREG(status.st_mode), "{}: not a regular file", path.string());
  size_ = static_cast<std::size_t>(status.st_size);
  if (size_ == 0) return;
  void* mapped = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file.fd, 0);
  require(mapped != MAP_FAILED, "{}: cannot be mapped: {}", path.string(), reason());
  data_ = static_cast<const char*>(mapped);
}

MappedFile::~MappedFile() {
  if (data_) ::munmap(const_cast<char*>(data_), size_);
}

fs::path project_root() {
  if (const char* root = std::getenv("IIET_ROOT")) return root;
  return IIET_SOURCE_DIR;
}

}  // namespace iiet
