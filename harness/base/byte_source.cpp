#include "harness/base/byte_source.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <optional>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "harness/base/descriptor.hpp"
#include "harness/base/error.hpp"

namespace iiet {
namespace {

constexpr std::size_t kBlock = std::size_t{1} << 17;

/// zlib's state for a gzip file, and what was read of it but not unpacked yet.
struct Inflater {
  Inflater() {
    if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  z_stream stream{};
  std::vector<char> packed = std::vector<char>(kBlock);
  bool between_members = true;  // where a file may end
};

}  // namespace

struct ByteSource::File {
  File(int opened, std::string called) : name(std::move(called)), descriptor(opened) {
    require(descriptor >= 0, "{}: cannot be read: {}", name, reason());
    struct stat status {};
    if (::fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
      ::close(descriptor);
      throw InputError(fmt::format("{}: cannot be read: it is a folder", name));
    }
    if (name.ends_with(".gz")) zip.emplace();
  }
  ~File() { ::close(descriptor); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  std::size_t read_plain(char* to, std::size_t size) const {
    ssize_t n;
    do {
      n = ::read(descriptor, to, size);
    } while (n < 0 && errno == EINTR);
    require(n >= 0, "{}: cannot be read: {}", name, reason());
    return static_cast<std::size_t>(n);
  }

  /// Makes sure that there is packed data; false at the end of the file.
  bool refill() {
    if (zip->stream.avail_in > 0) return true;
    const std::size_t count = read_plain(zip->packed.data(), zip->packed.size());
    zip->stream.next_in = reinterpret_cast<Bytef*>(zip->packed.data());
    zip->stream.avail_in = static_cast<uInt>(count);
    require(count > 0 || zip->between_members, "{}: not a whole gzip file: it ends too early", name);
    return count > 0;
  }

  std::size_t unzip(char* to, std::size_t size) {
    z_stream& stream = zip->stream;
    stream.next_out = reinterpret_cast<Bytef*>(to);
    stream.avail_out = static_cast<uInt>(std::min(size, kBlock));
    const uInt room = stream.avail_out;
    while (stream.avail_out == room && refill()) {
      if (zip->between_members) inflateReset(&stream);
      const int status = inflate(&stream, Z_NO_FLUSH);
      require(status == Z_OK || status == Z_STREAM_END, "{}: not a whole gzip file: {}", name,
              stream.msg ? stream.msg : "damaged data");
      zip->between_members = status == Z_STREAM_END;
    }
    return room - stream.avail_out;
  }

  std::string name;
  int descriptor;
  std::optional<Inflater> zip;
};

ByteSource::ByteSource(const std::string& path)
    : ByteSource(std::make_unique<File>(::open(path.c_str(), O_RDONLY | O_CLOEXEC), path)) {}
ByteSource::ByteSource(std::unique_ptr<File> file) : file_(std::move(file)) {}
ByteSource ByteSource::standard_input() {
  return ByteSource(std::make_unique<File>(::dup(STDIN_FILENO), "standard input"));
}
ByteSource::~ByteSource() = default;
ByteSource::ByteSource(ByteSource&&) noexcept = default;
ByteSource& ByteSource::operator=(ByteSource&&) noexcept = default;

std::size_t ByteSource::read(char* to, std::size_t size) {
  return file_->zip ? file_->unzip(to, size) : file_->read_plain(to, size);
}

std::string ByteSource::read_all() {
  std::string content;
  for (;;) {
    const std::size_t old = content.size();
    content.resize(old + kBlock);
    const std::size_t count = read(content.data() + old, kBlock);
    content.resize(old + count);
    if (count == 0) return content;
  }
}

const std::string& ByteSource::name() const { return file_->name; }

}  // namespace iiet
