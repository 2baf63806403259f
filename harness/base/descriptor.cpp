#include "harness/base/descriptor.hpp"

#include <cerrno>
#include <cstring>

#include <unistd.h>

#include "harness/base/error.hpp"

namespace iiet {

Descriptor::~Descriptor() {
  if (fd >= 0) ::close(fd);
}

std::string reason() { return std::strerror(errno); }

void write_all(const Descriptor& file, std::string_view bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(file.fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw Error(fmt::format("{}: writing failed: {}", path.string(), reason()));
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

}  // namespace iiet
