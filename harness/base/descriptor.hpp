#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace iiet {

/// Owns an open file of the operating system; -1: none.
struct Descriptor {
  explicit Descriptor(int fd) : fd(fd) {}
  ~Descriptor();
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int fd = -1;
};

/// Why the last call of the operating system failed.
std::string reason();

/// Writes all of the bytes; throws Error naming `path`.
void write_all(const Descriptor& file, std::string_view bytes, const std::filesystem::path& path);

}  // namespace iiet
