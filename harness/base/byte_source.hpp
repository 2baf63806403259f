#pragma once

#include <cstddef>
#include <memory>
#include <string>

namespace iiet {

/// Bytes of a file (`.gz`: of what is packed in it, all members one after the other) or of standard input.
/// Throws InputError naming the file where it cannot be read or its packed data is damaged.
class ByteSource {
 public:
  explicit ByteSource(const std::string& path);
  static ByteSource standard_input();
  ~ByteSource();
  ByteSource(ByteSource&&) noexcept;
  ByteSource& operator=(ByteSource&&) noexcept;

  /// Up to `size` bytes into `to`; 0 at the end.
  std::size_t read(char* to, std::size_t size);

  /// All that is left.
  std::string read_all();

  /// The path, or `standard input`.
  const std::string& name() const;

 private:
  struct File;
  explicit ByteSource(std::unique_ptr<File> file);
  std::unique_ptr<File> file_;
};

}  // namespace iiet
