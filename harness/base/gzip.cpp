#include "harness/base/gzip.hpp"

#include <array>
#include <limits>
#include <new>

#include <zlib.h>

#include "harness/base/error.hpp"

namespace iiet {
namespace {

/// zlib's state for gzip files.
struct Inflater {
  z_stream stream{};
  Inflater() {
    if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
};

}  // namespace

std::string unzipped(std::string_view bytes, const std::string& where) {
  require(!bytes.empty() && bytes.size() <= std::numeric_limits<uInt>::max(),
          "{}: a gzip file of 1 byte to 4 GiB expected, found {} bytes", where, bytes.size());
  Inflater inflater;
  z_stream& stream = inflater.stream;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string content;
  std::array<char, 1 << 16> buffer;
  for (;;) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = buffer.size();
    const int status = inflate(&stream, Z_NO_FLUSH);
    content.append(buffer.data(), buffer.size() - stream.avail_out);
    if (status == Z_STREAM_END) {
      if (stream.avail_in == 0) return content;
      inflateReset(&stream);  // another member follows
      continue;
    }
    require(status == Z_OK, "{}: not a whole gzip file: {}", where,
            stream.msg ? stream.msg : "it ends too early");
  }
}

}  // namespace iiet
